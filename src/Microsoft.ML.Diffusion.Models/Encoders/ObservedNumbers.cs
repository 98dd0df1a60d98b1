using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>The different numbers that were observed in each column. A draw is one of them, to the last bit: so zeros and other values that
/// come again and again do so in draws too, and whole numbers are whole.</summary>
internal sealed class ObservedNumbers
{
    /// <summary>The most numbers that are kept of one column: a number's place fits into two bytes.</summary>
    public const int Most = 5000;

    // Of every encoded column, ascending; none where there are categories.
    private readonly double[][] _numbers;
    private readonly float[][] _scaled;

    private ObservedNumbers(double[][] numbers, float[][] scaled) => (_numbers, _scaled) = (numbers, scaled);

    /// <summary>Collects them.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="encoder">Fitted on these rows.</param>
    /// <param name="random">Chooses among the rows where there are many.</param>
    /// <param name="cancel">Looked at for every column.</param>
    public static ObservedNumbers Of(ITableRows table, TableEncoder encoder, Philox random, CancellationToken cancel = default)
    {
        double[][] numbers = new double[encoder.Encoded.Count][];
        float[][] scaled = new float[numbers.Length][];
        for (int i = 0; i < numbers.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            (numbers[i], scaled[i]) = encoder.Encoded[i].Scaler is { } scaler
                ? Different(Sample(table, encoder.Encoded[i].Source, random.Fork((ulong)i)), scaler) : ([], []);
        }
        return new ObservedNumbers(numbers, scaled);
    }

    /// <summary>The scaled numbers of an encoded column, ascending; none where it has categories.</summary>
    public ReadOnlySpan<float> Scaled(int column) => _scaled[column];

    /// <summary>The place of the observed number that is nearest to a scaled one.</summary>
    /// <param name="column">An encoded column of numbers.</param>
    /// <param name="scaled">Any scaled number.</param>
    public int Nearest(int column, float scaled)
    {
        float[] all = _scaled[column];
        int place = Array.BinarySearch(all, scaled);
        if (place >= 0)
            return place;
        int above = Math.Min(~place, all.Length - 1), below = Math.Max(0, ~place - 1);
        return scaled - all[below] <= all[above] - scaled ? below : above;
    }

    /// <summary>Makes every unknown number of a row the observed one that is nearest to it.</summary>
    /// <param name="cells">The row.</param>
    /// <param name="isUnknown">Of every cell whether it is unknown.</param>
    public void MoveToNearest(Span<float> cells, ReadOnlySpan<bool> isUnknown)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            if (isUnknown[i] && _scaled[i].Length > 0)
                cells[i] = _scaled[i][Nearest(i, cells[i])];
        }
    }

    /// <summary>The observed number that is nearest to a scaled one, in the column's units.</summary>
    /// <inheritdoc cref="Nearest"/>
    public double Number(int column, float scaled) => _numbers[column][Nearest(column, scaled)];

    public void Save(BinaryWriter writer)
    {
        foreach (double[] numbers in _numbers)
        {
            if (numbers.Length > 0)
                writer.WriteArray(numbers);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="encoder">The columns.</param>
    public static ObservedNumbers Load(BinaryReader reader, TableEncoder encoder)
    {
        double[][] numbers = new double[encoder.Encoded.Count][];
        float[][] scaled = new float[numbers.Length][];
        for (int i = 0; i < numbers.Length; i++)
        {
            (numbers[i], scaled[i]) = ([], []);
            if (encoder.Encoded[i].Scaler is not { } scaler)
                continue;
            numbers[i] = reader.ReadFiniteDoubles("observed numbers");
            scaled[i] = Array.ConvertAll(numbers[i], scaler.Scale);
            bool isSound = numbers[i].Length is > 0 and <= Most && CheckedReading.Ascend(numbers[i]) && CheckedReading.Ascend(scaled[i]);
            CheckedReading.Require(isSound, "the observed numbers of a column do not ascend");
        }
        return new ObservedNumbers(numbers, scaled);
    }

    private static double[] Sample(ITableRows table, int column, Philox random)
    {
        double[] numbers = [.. Enumerable.Range(0, table.RowCount).Select(row => table[row, column])
            .Where(number => !double.IsNaN(number))];
        if (numbers.Length > Most)
        {
            int[] order = new int[numbers.Length];
            random.Permutation(order);
            numbers = Array.ConvertAll(order[..Most], place => numbers[place]);
        }
        Array.Sort(numbers);
        return numbers;
    }

    /// <summary>The numbers that differ after scaling too.</summary>
    private static (double[] Numbers, float[] Scaled) Different(double[] sorted, NumericScaler scaler)
    {
        List<double> numbers = [];
        List<float> scaled = [];
        foreach (double number in sorted)
        {
            float own = scaler.Scale(number);
            if (scaled.Count > 0 && own <= scaled[^1])
                continue;
            numbers.Add(number);
            scaled.Add(own);
        }
        return ([.. numbers], [.. scaled]);
    }
}
