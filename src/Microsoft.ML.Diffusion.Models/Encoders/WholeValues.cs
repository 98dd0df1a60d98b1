using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Columns of numbers with a handful of different whole values, which come back as such (TabDDPM's code, section "sample": at most
/// 32 values).</summary>
internal sealed class WholeValues
{
    private const int MostValues = 32;

    private readonly double[][] _values;

    private WholeValues(double[][] values) => _values = values;

    public static WholeValues Of(ITableRows table)
    {
        double[][] values = new double[table.Columns.Count][];
        for (int i = 0; i < values.Length; i++)
        {
            SortedSet<double> seen = [];
            bool isWhole = table.Columns[i].Kind == ColumnKind.Numeric;
            for (int row = 0; row < table.RowCount && isWhole && seen.Count <= MostValues; row++)
            {
                double value = table[row, i];
                isWhole = double.IsNaN(value) || value == Math.Round(value);
                if (!double.IsNaN(value))
                    seen.Add(value);
            }
            values[i] = isWhole && seen.Count <= MostValues ? [.. seen] : [];
        }
        return new WholeValues(values);
    }

    /// <summary>The values of such a column, ascending; none for other columns.</summary>
    public ReadOnlySpan<double> Of(int column) => _values[column];

    /// <summary>The nearest value of such a column; the number itself for other columns.</summary>
    public double Nearest(int column, double number)
    {
        double nearest = number, distance = double.PositiveInfinity;
        foreach (double value in _values[column])
        {
            if (Math.Abs(value - number) < distance)
                (nearest, distance) = (value, Math.Abs(value - number));
        }
        return nearest;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_values.Length);
        foreach (double[] values in _values)
            writer.WriteArray(values);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    public static WholeValues Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        double[][] values = reader.ReadItems(sizeof(int), "columns", static reader => reader.ReadFiniteDoubles("whole values"));
        CheckedReading.Require(values.Length == columns.Count, "the number of columns with whole values is wrong");
        for (int i = 0; i < values.Length; i++)
        {
            bool isSound = values[i].Length <= MostValues && CheckedReading.Ascend(values[i])
                && (values[i].Length == 0 || columns[i].Kind == ColumnKind.Numeric);
            CheckedReading.Require(isSound, $"the whole values of column '{CheckedReading.Shown(columns[i].Name)}' make no sense");
        }
        return new WholeValues(values);
    }
}
