using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>What the observed cells of one column look like.</summary>
internal sealed class ColumnSummary
{
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

    public void Save(BinaryWriter writer)
    {
        writer.Write(Observed);
        writer.Write(BestGuess);
        writer.Write(Minimum);
        writer.Write(Maximum);
        writer.Write(Deviation);
        writer.Write(Frequencies is not null);
        if (Frequencies is not null)
            writer.WriteDoubles(Frequencies);
    }

    public static ColumnSummary Load(BinaryReader reader) => new()
    {
        Observed = reader.ReadInt32(),
        BestGuess = reader.ReadDouble(),
        Minimum = reader.ReadDouble(),
        Maximum = reader.ReadDouble(),
        Deviation = reader.ReadDouble(),
        Frequencies = reader.ReadBoolean() ? reader.ReadDoubles() : null,
    };

    public static ColumnSummary Of(ITableRows table, int column)
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
