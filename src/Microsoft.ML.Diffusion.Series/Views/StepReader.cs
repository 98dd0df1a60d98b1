using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Reads rows of which each is a step of a series, and refuses what is none.</summary>
internal sealed class StepReader
{
    private readonly SeriesSources _sources;
    private readonly Func<double>[] _variables;
    private readonly Func<ReadOnlyMemory<char>>? _group;
    private readonly Func<double> _time;
    private readonly Action<Span<double>> _statics;

    /// <param name="sources">The columns.</param>
    /// <param name="row">The row, or a cursor.</param>
    public StepReader(SeriesSources sources, DataViewRow row)
    {
        _sources = sources;
        _variables = [.. Enumerable.Range(0, sources.Variables.Length).Select(v => sources.OpenVariable(row, v))];
        _group = sources.Group is { } group ? GroupReader.Open(row, group) : null;
        _time = ScalarReader.Open(row, sources.Order!.Value);
        _statics = sources.OpenStatics(row);
    }

    /// <summary>Whether infinite numbers are refused; otherwise they count as missing.</summary>
    public bool RefusesInfinities { get; init; }

    /// <summary>The series of the current row; valid until the next call.</summary>
    /// <param name="place">Which row, from 0, for the sentence.</param>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public ReadOnlyMemory<char> Group(long place)
    {
        ReadOnlyMemory<char> group = _group?.Invoke() ?? default;
        if (_group is not null && group.IsEmpty)
            throw new BadRow(place, $"has no value in column '{_sources.Group!.Value.Name}', which names its series").Refusal();
        return group;
    }

    /// <summary>The time of the current row.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public double Time(long place)
    {
        double time = _time();
        if (double.IsFinite(time))
            return time;
        string what = double.IsNaN(time) ? "missing" : "infinite";
        throw new BadRow(place, $"has no time: column '{_sources.Order!.Value.Name}' is {what}").Refusal();
    }

    /// <summary>The variables of the current row; NaN is missing.</summary>
    /// <exception cref="InvalidDataException">One is infinite, and that is refused.</exception>
    public void Cells(long place, Span<double> cells)
    {
        for (int v = 0; v < _variables.Length; v++)
        {
            double cell = _variables[v]();
            if (double.IsInfinity(cell))
            {
                if (RefusesInfinities)
                {
                    string column = _sources.Variables[v].Name;
                    throw new BadRow(place, $"is infinite in column '{column}'; finite numbers were expected").Refusal();
                }

                cell = double.NaN;
            }
            cells[v] = cell;
        }
    }

    /// <summary>What the current row says of its whole series.</summary>
    public void Statics(Span<double> numbers) => _statics(numbers);
}
