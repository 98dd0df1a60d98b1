using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>What the observed cells of one column look like.</summary>
internal sealed class ColumnSummary
{
    // Squares of numbers within these powers of two, and sums of as many of them as there can be, are far from both ends of a double.
    private const int LargestPower = 400;

    private ColumnSummary()
    {
    }

    /// <summary>How many cells are observed.</summary>
    public int Observed { get; private init; }

    /// <summary>Mean of the numbers or code of the most frequent category (the first of several); NaN where nothing was observed.</summary>
    public double BestGuess { get; private init; } = double.NaN;

    /// <summary>Smallest observed value; NaN where nothing was observed.</summary>
    public double Minimum { get; private init; } = double.NaN;

    /// <summary>Largest observed value; NaN where nothing was observed.</summary>
    public double Maximum { get; private init; } = double.NaN;

    /// <summary>Population standard deviation of the numbers; 0 for categories.</summary>
    public double Deviation { get; private init; }

    /// <summary>Share of every category among the observed cells; null for a numeric column.</summary>
    public double[]? Frequencies { get; private init; }

    /// <summary>Whether all observed cells are the same.</summary>
    public bool IsConstant => Observed > 0 && Minimum == Maximum;

    /// <summary>The power of two that the numbers are divided by before they are squared; 0 for those of an ordinary size.</summary>
    public int Exponent { get; private init; }

    /// <summary>The same of the numbers divided by two to the <see cref="Exponent"/>; null where that is 0.</summary>
    public ColumnSummary? Rescaled { get; private init; }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Observed);
        writer.Write(BestGuess);
        writer.Write(Minimum);
        writer.Write(Maximum);
        writer.Write(Deviation);
        writer.Write(Frequencies is not null);
        if (Frequencies is not null)
            writer.WriteArray(Frequencies);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="column">What the column is.</param>
    public static ColumnSummary Load(BinaryReader reader, TableColumn column)
    {
        var summary = new ColumnSummary
        {
            Observed = reader.ReadBetween(0, int.MaxValue, "a number of observed cells"),
            BestGuess = reader.ReadDouble(),
            Minimum = reader.ReadDouble(),
            Maximum = reader.ReadDouble(),
            Deviation = reader.ReadFinite("the deviation of a column"),
            Frequencies = reader.ReadBoolean() ? reader.ReadFiniteDoubles("frequencies", column.Categories.Count) : null,
        };
        bool isSound = summary.Observed == 0
            ? double.IsNaN(summary.BestGuess) && double.IsNaN(summary.Minimum) && double.IsNaN(summary.Maximum)
            : (double.IsFinite(summary.BestGuess) && double.IsFinite(summary.Minimum) && double.IsFinite(summary.Maximum)
                && summary.Minimum <= summary.Maximum && column.Holds(summary.BestGuess));
        CheckedReading.Require(isSound && summary.Deviation >= 0, "the summary of a column makes no sense");
        CheckedReading.Require((summary.Frequencies is not null) == (column.Kind == ColumnKind.Categorical), "a column has no frequencies");
        return summary;
    }

    public static ColumnSummary Of(ITableRows table, int column)
    {
        ColumnSummary summary = Of(table, column, exponent: 0);
        double largest = Math.Max(Math.Abs(summary.Minimum), Math.Abs(summary.Maximum));
        int power = summary.Observed == 0 || largest == 0 || !double.IsFinite(largest) ? 0 : Math.ILogB(largest);
        if (Math.Abs(power) <= LargestPower || summary.IsConstant)
            return summary;
        ColumnSummary rescaled = Of(table, column, power);
        return new ColumnSummary
        {
            Observed = summary.Observed,
            Minimum = summary.Minimum,
            Maximum = summary.Maximum,
            BestGuess = Math.Clamp(Math.ScaleB(rescaled.BestGuess, power), summary.Minimum, summary.Maximum),
            Deviation = Math.ScaleB(rescaled.Deviation, power),
            Exponent = power,
            Rescaled = rescaled,
        };
    }

    private static ColumnSummary Of(ITableRows table, int column, int exponent)
    {
        TableColumn description = table.Columns[column];
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, mean = 0, squares = 0;
        double[]? frequencies = description.Kind == ColumnKind.Categorical ? new double[description.Categories.Count] : null;
        int observed = 0;
        for (int row = 0; row < table.RowCount; row++)
        {
            double value = table[row, column];
            if (!description.Holds(value))
                continue;
            if (exponent != 0)
                value = Math.ScaleB(value, -exponent);
            observed++;
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
            // Welford's update: no cancellation for large means, no overflow short of the mean's own.
            double difference = value - mean;
            mean += difference / observed;
            squares += difference * (value - mean);
            if (frequencies is not null)
                frequencies[(int)value]++;
        }
        if (observed == 0)
            return new ColumnSummary { Frequencies = frequencies };
        int mode = frequencies is null ? 0 : Array.IndexOf(frequencies, frequencies.Max());
        for (int category = 0; category < frequencies?.Length; category++)
            frequencies[category] /= observed;
        return new ColumnSummary
        {
            Observed = observed,
            Minimum = minimum,
            Maximum = maximum,
            BestGuess = frequencies is not null ? mode : minimum == maximum ? minimum : Math.Clamp(mean, minimum, maximum),
            Deviation = frequencies is null ? Math.Sqrt(squares / observed) : 0,
            Frequencies = frequencies,
        };
    }
}
