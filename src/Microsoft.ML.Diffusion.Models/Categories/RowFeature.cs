using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>What one column tells about the value of another: a number by its rank, as a quantile of the normal distribution, or a
/// category by the number of its bin.</summary>
/// <remarks>The most frequent categories have a bin each. The others share as many again, by their codes, so that a column with any number
/// of categories takes a bounded place.</remarks>
internal sealed class RowFeature
{
    // Ranks of a sample are as good as those of all rows.
    private const int MostRanked = 20_000;

    private readonly NumericScaler? _scaler;
    private readonly int[] _binOf;

    private RowFeature(int source, NumericScaler? scaler, int[] binOf)
    {
        (Source, _scaler, _binOf) = (source, scaler, binOf);
        BinCount = binOf.Length == 0 ? 0 : binOf.Max() + 1;
    }

    /// <summary>The column's place in the table.</summary>
    public int Source { get; }

    /// <summary>The number of bins; 0 for a number.</summary>
    public int BinCount { get; }

    /// <summary>Fits a feature; null where the column tells nothing, since it does not vary.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="column">The column.</param>
    /// <param name="mostBins">The most bins of categories, at least 2.</param>
    public static RowFeature? Fit(ITableRows rows, int column, int mostBins)
    {
        if (rows.Columns[column].Kind == ColumnKind.Numeric)
        {
            double[] ranked = Sample(rows, column);
            if (ranked.Length == 0 || ranked.Min() == ranked.Max())
                return null;
            return new RowFeature(column, QuantileScaler.Fit(ranked), []);
        }
        long[] counts = new long[rows.Columns[column].Categories.Count];
        for (int row = 0; row < rows.RowCount; row++)
        {
            double value = rows[row, column];
            if (rows.Columns[column].Holds(value))
                counts[(int)value]++;
        }
        int[] observed = [.. Enumerable.Range(0, counts.Length).Where(code => counts[code] > 0)];
        if (observed.Length < 2)
            return null;
        int[] binOf = new int[counts.Length];
        Array.Fill(binOf, -1);
        int alone = observed.Length <= mostBins ? observed.Length : mostBins / 2;
        int[] ranks = [.. observed.OrderByDescending(code => counts[code])];
        for (int rank = 0; rank < ranks.Length; rank++)
            binOf[ranks[rank]] = rank < alone ? rank : alone + ranks[rank] % (mostBins - alone);
        return new RowFeature(column, null, binOf);
    }

    /// <summary>The normal quantile of a number or the bin of a category; NaN where the cell is missing or its category was never
    /// seen.</summary>
    /// <param name="value">A cell of the column.</param>
    public float Of(double value)
    {
        if (double.IsNaN(value))
            return float.NaN;
        if (_scaler is not null)
            return _scaler.Scale(value);
        int bin = value >= 0 && value < _binOf.Length ? _binOf[(int)value] : -1;
        return bin < 0 ? float.NaN : bin;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Source);
        writer.Write(_scaler is not null);
        if (_scaler is not null)
            _scaler.Save(writer);
        else
            writer.WriteArray(_binOf);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    public static RowFeature Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        int source = reader.ReadPlace(columns.Count, "a column that tells categories apart");
        bool isNumber = reader.ReadBoolean();
        CheckedReading.Require(
            isNumber == (columns[source].Kind == ColumnKind.Numeric), "a column that tells categories apart is of another kind");
        if (isNumber)
            return new RowFeature(source, NumericScaler.Load(reader), []);
        int[] binOf = reader.ReadArray<int>();
        bool isSound = binOf.Length == columns[source].Categories.Count && Array.TrueForAll(binOf, bin => bin >= -1 && bin < binOf.Length)
            && Array.Exists(binOf, bin => bin >= 0);
        CheckedReading.Require(isSound, "the bins of categories make no sense");
        return new RowFeature(source, null, binOf);
    }

    private static double[] Sample(ITableRows rows, int column)
    {
        int step = Math.Max(1, rows.RowCount / MostRanked);
        List<double> sample = [];
        for (int row = 0; row < rows.RowCount; row += step)
        {
            double value = rows[row, column];
            if (!double.IsNaN(value))
                sample.Add(value);
        }
        return [.. sample];
    }
}
