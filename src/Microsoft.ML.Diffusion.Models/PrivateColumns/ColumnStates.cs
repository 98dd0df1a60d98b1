using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.PrivateColumns;

/// <summary>The states of a column in the graphical model: bins of a number or categories, then perhaps "another category", then perhaps
/// "missing".</summary>
internal sealed class ColumnStates
{
    /// <summary>A bin from 0 to this holds the number 0 alone.</summary>
    public const double SmallestNumber = 1.0 / (1L << 40);

    // Decimals beyond this are those of a number that is not written with a fixed number of them.
    public const int MostDecimals = 5;

    /// <summary>States of a number.</summary>
    /// <param name="column">The column.</param>
    /// <param name="edges">Where the bins begin, ascending, and where the last one ends; at least two, each one of
    /// <paramref name="parts"/>.</param>
    /// <param name="parts">The same for the parts of bins.</param>
    /// <param name="weights">How often each part of a bin is drawn; 0 or more.</param>
    /// <param name="decimals">How many decimals the numbers have; <see cref="MostDecimals"/> for any.</param>
    /// <param name="hasMissing">Whether a missing cell is a state.</param>
    public ColumnStates(TableColumn column, double[] edges, double[] parts, double[] weights, int decimals, bool hasMissing)
    {
        (Parts, Weights) = (parts, weights);
        (Column, Edges, Decimals, HasMissing, Values) = (column, edges, decimals, hasMissing, edges.Length - 1);
    }

    /// <summary>States of categories.</summary>
    /// <param name="column">The column, of the categories that may be made.</param>
    /// <param name="hasOther">Whether a category that is not among them is a state, which is never made.</param>
    /// <param name="hasMissing">Whether a missing cell is a state.</param>
    public ColumnStates(TableColumn column, bool hasOther, bool hasMissing)
    {
        (Column, Edges, Parts, Weights) = (column, [], [], []);
        (HasOther, HasMissing, Values) = (hasOther, hasMissing, column.Categories.Count);
    }

    public TableColumn Column { get; }

    public double[] Edges { get; }

    /// <summary>Where the parts of bins begin, and where the last one ends: finer than what the model tells apart.</summary>
    public double[] Parts { get; }

    public double[] Weights { get; }

    public int Decimals { get; }

    public bool HasOther { get; }

    public bool HasMissing { get; }

    /// <summary>How many states are values.</summary>
    public int Values { get; }

    public int Count => Values + (HasOther ? 1 : 0) + (HasMissing ? 1 : 0);

    /// <summary>The state of missing cells; -1 for none.</summary>
    public int Missing => HasMissing ? Count - 1 : -1;

    /// <summary>The state of other categories; -1 for none.</summary>
    public int Other => HasOther ? Values : -1;

    /// <summary>The bin of a number, the nearest one for a number beyond all.</summary>
    public int BinOf(double value) => NumberBins.Place(Edges, value);

    /// <summary>The state of a cell of <see cref="Column"/>; -1 where the cell tells nothing.</summary>
    public int StateOf(double value)
    {
        if (double.IsNaN(value))
            return Missing;
        return Column.Kind == ColumnKind.Numeric ? BinOf(value) : Column.Holds(value) ? (int)value : Other;
    }

    /// <summary>Whether a number of a state may lie in a range.</summary>
    public bool Meets(int state, ValueRange range) =>
        state < Values && Meets(Edges[state], Edges[state + 1], range);

    /// <summary>A value of a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="uniform">0 to below 1: where in the bin.</param>
    /// <param name="range">Where a number has to lie.</param>
    public double ValueOf(int state, double uniform, ValueRange range)
    {
        if (state >= Values)
            return double.NaN;
        if (Column.Kind != ColumnKind.Numeric)
            return state;
        double begin = Edges[state], end = Edges[state + 1];
        int first = Array.BinarySearch(Parts, begin), behind = Array.BinarySearch(Parts, end);
        double sum = 0;
        for (int i = first; i < behind; i++)
            sum += Meets(Parts[i], Parts[i + 1], range) ? Weights[i] : 0;
        double wanted = uniform * sum;
        for (int i = first; i < behind && sum > 0; i++)
        {
            if (!(Weights[i] > 0) || !Meets(Parts[i], Parts[i + 1], range))
                continue;
            (begin, end, uniform) = (Parts[i], Parts[i + 1], Math.Min(wanted / Weights[i], 1 - 1e-9));
            wanted -= Weights[i];
            if (wanted < 0)
                break;
        }
        return ValueBetween(begin, end, uniform, range);
    }

    private double ValueBetween(double begin, double end, double uniform, ValueRange range)
    {
        double least = Math.Max(begin, range.Minimum), most = Math.Min(Last(begin, end), range.Maximum);
        if (Decimals >= MostDecimals)
            return Math.Clamp(least + (uniform * (most - least)), least, Math.Max(least, most));
        double scale = Math.Pow(10, Decimals), lowest = Math.Ceiling((least * scale) - 1e-6), last = Math.Floor((most * scale) + 1e-6);
        if (last < lowest)
            return Math.Clamp(Math.Round(least, Decimals), range.Minimum, Math.Max(range.Minimum, range.Maximum));
        return Math.Clamp(
            Math.Round((lowest + Math.Floor(uniform * (last - lowest + 1))) / scale, Decimals), range.Minimum,
            Math.Max(range.Minimum, range.Maximum));
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(HasOther);
        writer.Write(HasMissing);
        writer.Write(Decimals);
        writer.WriteArray(Edges);
        writer.WriteArray(Parts);
        writer.WriteArray(Weights);
    }

    public static ColumnStates Load(BinaryReader reader, TableColumn column)
    {
        bool hasOther = reader.ReadBoolean(), hasMissing = reader.ReadBoolean();
        int decimals = reader.ReadBetween(0, MostDecimals, "the number of decimals");
        double[] edges = reader.ReadFiniteDoubles("edges of bins");
        double[] parts = reader.ReadFiniteDoubles("edges of parts of bins");
        double[] weights = reader.ReadFiniteDoubles("weights of parts of bins", Math.Max(0, parts.Length - 1));
        bool isNumber = column.Kind == ColumnKind.Numeric;
        CheckedReading.Require(
            isNumber ? edges.Length >= 2 && CheckedReading.Ascend(edges) && !hasOther && CheckedReading.Ascend(parts)
                && Array.TrueForAll(edges, edge => Array.BinarySearch(parts, edge) >= 0) && Array.TrueForAll(weights, weight => weight >= 0)
                : edges.Length + parts.Length == 0,
            $"the bins of column '{CheckedReading.Shown(column.Name)}' are none");
        var states = isNumber ? new ColumnStates(column, edges, parts, weights, decimals, hasMissing)
            : new ColumnStates(column, hasOther, hasMissing);
        CheckedReading.Require(states.Count is > 0 and <= ushort.MaxValue, "a column has an impossible number of states");
        return states;
    }

    private bool Meets(double begin, double end, ValueRange range) => begin <= range.Maximum && Last(begin, end) >= range.Minimum;

    // A bin ends before the next one begins; the first bin above 0 may be 0 itself.
    private double Last(double begin, double end)
    {
        if (begin == 0 && end <= SmallestNumber)
            return 0;
        if (Decimals >= MostDecimals)
            return end;
        double unit = Math.Pow(10, -Decimals);
        return Math.Max(begin, Math.Round((Math.Ceiling((end / unit) - 1e-6) - 1) * unit, Decimals));
    }
}
