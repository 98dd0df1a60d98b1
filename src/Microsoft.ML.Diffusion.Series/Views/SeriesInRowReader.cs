using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Reads rows of which each is a series, its variables and times being vectors.</summary>
internal sealed class SeriesInRowReader
{
    private readonly SeriesSources _sources;
    private readonly Func<double[]>[] _variables;
    private readonly Func<double[]>? _times;
    private readonly Action<Span<double>> _statics;

    /// <param name="sources">The columns.</param>
    /// <param name="row">The row, or a cursor.</param>
    public SeriesInRowReader(SeriesSources sources, DataViewRow row)
    {
        _sources = sources;
        _variables = [.. sources.Variables.Select(column => ScalarReader.OpenVector(row, column))];
        _times = sources.Order is { } order ? ScalarReader.OpenVector(row, order) : null;
        _statics = sources.OpenStatics(row);
    }

    /// <summary>Whether infinite numbers are refused; otherwise they count as missing.</summary>
    public bool RefusesInfinities { get; init; }

    /// <summary>How many variables there are.</summary>
    public int Variables => _variables.Length;

    /// <summary>How long the vectors of the row were that was read last.</summary>
    public int Slots { get; private set; }

    /// <summary>Reads the series of the current row.</summary>
    /// <param name="place">Which row, from 0, for sentences.</param>
    /// <returns>The series in the order of time, and which slot of the vectors each step is. A slot without a time and without values is
    /// no step, so that vectors of a known size can hold shorter series.</returns>
    /// <exception cref="InvalidDataException">Vectors are of different length, a value has no time, or two have the same.</exception>
    public (Data.Series Series, int[] Slots) Read(long place)
    {
        double[][] values = new double[_variables.Length][];
        for (int v = 0; v < values.Length; v++)
            values[v] = _variables[v]();
        Slots = values[0].Length;
        for (int v = 1; v < values.Length; v++)
            RefuseOtherLength(place, _sources.Variables[v], values[v].Length);
        double[]? times = _times?.Invoke();
        if (times is not null)
            RefuseOtherLength(place, _sources.Order!.Value, times.Length);
        List<int> slots = [];
        for (int slot = 0; slot < Slots; slot++)
        {
            if (times is null || double.IsFinite(times[slot]))
                slots.Add(slot);
            else if (!double.IsNaN(times[slot]) || Array.Exists(values, each => !double.IsNaN(each[slot])))
                throw Refusal(place, $"has a value without time: '{_sources.Order!.Value.Name}' has none in slot {slot}");
        }
        int[] order = [.. slots];
        double[] sorted = [.. order.Select(slot => times?[slot] ?? slot)];
        Array.Sort(sorted, order);
        for (int t = 1; t < sorted.Length; t++)
        {
            if (sorted[t] != sorted[t - 1])
                continue;
            string time = sorted[t].ToString(CultureInfo.InvariantCulture);
            (int one, int other) = (Math.Min(order[t - 1], order[t]), Math.Max(order[t - 1], order[t]));
            throw Refusal(place, $"has the same time twice: '{_sources.Order!.Value.Name}' is {time} in the slots {one} and {other}; " +
                "each time once was expected");
        }
        double[] cells = new double[order.Length * Variables], statics = new double[_sources.StaticCount];
        for (int t = 0; t < order.Length; t++)
        {
            for (int v = 0; v < Variables; v++)
                cells[t * Variables + v] = Cell(values[v][order[t]], place, v);
        }
        _statics(statics);
        return (new Data.Series(sorted, cells) { Statics = statics }, order);
    }

    private double Cell(double value, long place, int variable)
    {
        if (!double.IsInfinity(value))
            return value;
        return RefusesInfinities
            ? throw Refusal(place, $"has an infinite number in column '{_sources.Variables[variable].Name}'; finite ones were expected")
            : double.NaN;
    }

    private void RefuseOtherLength(long place, DataViewSchema.Column column, int length)
    {
        if (length == Slots)
            return;
        throw Refusal(
            place,
            $"has {Slots} values in column '{_sources.Variables[0].Name}' and {length} in '{column.Name}'; as many of each were expected");
    }

    private static InvalidDataException Refusal(long place, string what) => new BadRow(place, what).Refusal();
}
