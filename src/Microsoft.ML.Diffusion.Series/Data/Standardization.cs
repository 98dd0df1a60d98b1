using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Series.Data;

/// <summary>Each variable in units of its standard deviation from its mean, both over the observed cells of all series.</summary>
internal sealed record Standardization(double[] Means, double[] Scales)
{
    /// <summary>Measures a table.</summary>
    public static Standardization Of(SeriesTable table)
    {
        int width = table.Variables;
        double[] sums = new double[width], squares = new double[width];
        long[] counts = new long[width];
        foreach (Series series in table.Items)
        {
            for (int i = 0; i < series.Cells.Length; i++)
            {
                if (double.IsNaN(series.Cells[i]))
                    continue;
                sums[i % width] += series.Cells[i];
                counts[i % width]++;
            }
        }
        for (int v = 0; v < width; v++)
            sums[v] = counts[v] == 0 ? 0 : sums[v] / counts[v];
        foreach (Series series in table.Items)
        {
            for (int i = 0; i < series.Cells.Length; i++)
            {
                double difference = series.Cells[i] - sums[i % width];
                squares[i % width] += double.IsNaN(difference) ? 0 : difference * difference;
            }
        }
        for (int v = 0; v < width; v++)
            squares[v] = squares[v] > 0 ? Math.Sqrt(squares[v] / counts[v]) : 1;
        return new Standardization(sums, squares);
    }

    /// <summary>Every variable as it is.</summary>
    public static Standardization None(int variables)
    {
        double[] scales = new double[variables];
        Array.Fill(scales, 1);
        return new Standardization(new double[variables], scales);
    }

    // Further from the mean a value counts as if it were here: a typing error must not outweigh all other cells of a squared error.
    private const double Limit = 10;

    /// <summary>The cells of a series in standard units, within ten of the mean.</summary>
    public double[] Apply(Series series) => Map(series.Cells, static (x, mean, scale) => Math.Clamp((x - mean) / scale, -Limit, Limit));

    /// <summary>Cells in standard units as the values they stand for.</summary>
    public double[] Revert(double[] cells) => Map(cells, static (x, mean, scale) => x * scale + mean);

    private double[] Map(double[] cells, Func<double, double, double, double> map)
    {
        var result = new double[cells.Length];
        for (int i = 0; i < cells.Length; i++)
            result[i] = map(cells[i], Means[i % Means.Length], Scales[i % Means.Length]);
        return result;
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(Means);
        writer.WriteArray(Scales);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static Standardization Load(BinaryReader reader)
    {
        double[] means = reader.ReadFiniteDoubles("means");
        double[] scales = reader.ReadFiniteDoubles("scales", means.Length);
        CheckedReading.Require(means.Length > 0 && Array.TrueForAll(scales, scale => scale > 0), "a scale is not above 0");
        return new Standardization(means, scales);
    }
}
