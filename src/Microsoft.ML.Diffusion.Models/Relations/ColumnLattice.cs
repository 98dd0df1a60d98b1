using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>The numbers that a column takes in training: range, spread, decimals.</summary>
internal sealed class ColumnLattice
{
    private const int MostDecimals = 6, MostDistinct = 1000, RowsPerValue = 10;

    /// <summary>Digits after the point that all values come with, 0 to 6; -1 where they have more.</summary>
    public int Decimals { get; private init; }

    public double Minimum { get; private init; }

    public double Maximum { get; private init; }

    /// <summary>Standard deviation; 1 where it is 0 or nothing was observed.</summary>
    public double Deviation { get; private init; } = 1;

    /// <summary>How many different values, counted up to 1,000.</summary>
    public int Distinct { get; private init; }

    public int Observed { get; private init; }

    /// <summary>Whether every value is one of single precision.</summary>
    public bool IsSingle { get; private init; }

    public bool IsCategory { get; private init; }

    /// <summary>The distance of neighbouring values; 0 where numbers come with all their digits.</summary>
    public double Unit { get; private init; }

    /// <summary>Whether the numbers are a few that each come again and again, with gaps between them, such as the prices of a list: then a
    /// number between two of them is none that the column would have.</summary>
    public bool HasFewValues => !IsCategory && Distinct < MostDistinct && Observed >= RowsPerValue * Math.Max(1, Distinct)
        && (Unit == 0 || Maximum - Minimum > 2 * Unit * Distinct);

    public double LargestSize => Math.Max(Math.Abs(Minimum), Math.Abs(Maximum));

    public bool IsInRange(double value) => value >= Minimum && value <= Maximum;

    /// <summary>The nearest value with the column's decimals.</summary>
    public double Snap(double value) => Decimals < 0 ? value : Math.Round(value, Decimals, MidpointRounding.AwayFromZero);

    public static ColumnLattice Of(ITableRows table, int column)
    {
        TableColumn description = table.Columns[column];
        int decimals = 0, observed = 0;
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, mean = 0, squares = 0;
        bool isSingle = true;
        HashSet<double> distinct = [];
        for (int row = 0; row < table.RowCount; row++)
        {
            double value = table[row, column];
            if (!description.Holds(value) || double.IsInfinity(value))
                continue;
            observed++;
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
            double difference = value - mean;
            mean += difference / observed;
            squares += difference * (value - mean);
            if (distinct.Count < MostDistinct)
                distinct.Add(value);
            isSingle &= (float)value == value;
            while (decimals >= 0 && !HasDecimals(value, decimals))
                decimals = decimals == MostDecimals ? -1 : decimals + 1;
        }
        double deviation = observed == 0 ? 0 : Math.Sqrt(squares / observed);
        return new ColumnLattice
        {
            Decimals = decimals,
            Unit = UnitOf(decimals),
            Minimum = observed == 0 ? 0 : minimum,
            Maximum = observed == 0 ? 0 : maximum,
            Deviation = deviation > 0 && double.IsFinite(deviation) ? deviation : 1,
            Distinct = distinct.Count,
            Observed = observed,
            IsSingle = isSingle,
            IsCategory = description.Kind == ColumnKind.Categorical,
        };
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Decimals);
        writer.Write(Minimum);
        writer.Write(Maximum);
        writer.Write(Deviation);
        writer.Write(Distinct);
        writer.Write(Observed);
        writer.Write(IsSingle);
    }

    public static ColumnLattice Load(BinaryReader reader, TableColumn column)
    {
        int decimals = reader.ReadInt32();
        ColumnLattice lattice = new()
        {
            Decimals = decimals,
            Unit = UnitOf(decimals),
            Minimum = reader.ReadDouble(),
            Maximum = reader.ReadDouble(),
            Deviation = reader.ReadDouble(),
            Distinct = reader.ReadInt32(),
            Observed = reader.ReadInt32(),
            IsSingle = reader.ReadBoolean(),
            IsCategory = column.Kind == ColumnKind.Categorical,
        };
        bool isSound = lattice.Decimals is >= -1 and <= MostDecimals && double.IsFinite(lattice.Minimum) && double.IsFinite(lattice.Maximum)
            && lattice.Minimum <= lattice.Maximum && double.IsFinite(lattice.Deviation) && lattice.Deviation > 0
            && lattice.Distinct is >= 0 and <= MostDistinct && lattice.Observed >= 0;
        return isSound ? lattice : throw new InvalidDataException(
            $"The saved relations are damaged: the range of column '{column.Name}' makes no sense.");
    }

    private static double UnitOf(int decimals) => decimals < 0 ? 0 : Math.Pow(10, -decimals);

    // A number of single precision has the decimals of the number that was rounded to it.
    private static bool HasDecimals(double value, int decimals)
    {
        if (Math.Abs(value) >= 1e15)
            return true;
        double rounded = Math.Round(value, decimals);
        return rounded == value || ((float)value == value && (float)rounded == (float)value);
    }
}
