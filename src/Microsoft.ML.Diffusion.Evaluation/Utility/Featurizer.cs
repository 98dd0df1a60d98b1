using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>Turns rows into features, fitted on the real training rows alone and the same for every model: numbers standardised, with the
/// mean for a missing one and a slot that says so where the training rows have holes; categories one-hot.</summary>
internal sealed class Featurizer
{
    // Categories beyond the most frequent ones share no slot: rare ones teach little and make every row longer.
    private const int MostCategories = 256;

    private readonly Slots[] _columns;

    public Featurizer(Table real, int? labelColumn)
    {
        List<Slots> columns = [];
        for (int i = 0; i < real.Columns.Count; i++)
        {
            if (i != labelColumn)
                columns.Add(Fit(real, i, Width));
            Width += i != labelColumn ? columns[^1].Count : 0;
        }

        _columns = [.. columns];
        if (Width == 0)
            throw new ArgumentException("There is no column to predict from.", nameof(real));
    }

    /// <summary>How many features.</summary>
    public int Width { get; }

    public void Write(ReadOnlySpan<double> row, Span<float> features)
    {
        features.Clear();
        foreach (Slots slots in _columns)
        {
            double value = row[slots.Column];
            if (slots.SlotOfCode is { } slotOfCode)
            {
                int slot = value >= 0 && value < slotOfCode.Length ? slotOfCode[(int)value] : double.IsNaN(value) ? slots.MissingSlot : -1;
                if (slot >= 0)
                    features[slot] = 1;
            }
            else if (!double.IsNaN(value))
            {
                features[slots.First] = (float)((value - slots.Mean) / slots.Deviation);
            }
            else if (slots.MissingSlot >= 0)
            {
                features[slots.MissingSlot] = 1;
            }
        }
    }

    private static Slots Fit(Table real, int column, int first)
    {
        double[] values = [.. Enumerable.Range(0, real.RowCount).Select(row => real[row, column]).Where(value => !double.IsNaN(value))];
        bool hasHoles = values.Length < real.RowCount;
        if (real.Columns[column].Kind == ColumnKind.Numeric)
        {
            double mean = values.Length > 0 ? values.Average() : 0;
            double variance = values.Length > 0 ? values.Average(value => (value - mean) * (value - mean)) : 0;
            return new(column, first, hasHoles ? 2 : 1, hasHoles ? first + 1 : -1, mean, variance > 0 ? Math.Sqrt(variance) : 1, null);
        }

        int[] slotOfCode = new int[real.Columns[column].Categories.Count];
        slotOfCode.AsSpan().Fill(-1);
        int slot = first;
        IEnumerable<double> frequent = values.GroupBy(value => value).OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
            .Select(group => group.Key);
        foreach (double code in frequent.Take(MostCategories))
            slotOfCode[(int)code] = slot++;
        int missing = hasHoles ? slot++ : -1;
        return new(column, first, slot - first, missing, 0, 1, slotOfCode);
    }

    private sealed record Slots(int Column, int First, int Count, int MissingSlot, double Mean, double Deviation, int[]? SlotOfCode);
}
