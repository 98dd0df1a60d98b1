namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>The numbers of all training rows, without holes: a bit for each that is -1 or 1, single precision for the others.</summary>
internal sealed class RecordRows
{
    // Of each number of a row its place among those that are kept as floats; -1 for those that are bits.
    private readonly int[] _places;
    private readonly int _floats;
    private readonly int _bytes;
    private readonly float[][] _numbers;
    private readonly byte[][] _signs;

    /// <param name="areSigns">Of each number of a row, whether it is -1 or 1.</param>
    /// <param name="rowCount">The number of rows.</param>
    public RecordRows(bool[] areSigns, int rowCount)
    {
        int floats = 0;
        _places = [.. areSigns.Select(isSign => isSign ? -1 : floats++)];
        _floats = floats;
        _bytes = (areSigns.Length - _floats + 7) / 8;
        _numbers = new float[rowCount][];
        _signs = new byte[rowCount][];
    }

    /// <summary>The number of rows.</summary>
    public int RowCount => _numbers.Length;

    /// <summary>The numbers of a row.</summary>
    public int Width => _places.Length;

    public void Write(int row, ReadOnlySpan<float> slots)
    {
        float[] numbers = _numbers[row] = _floats == 0 ? [] : new float[_floats];
        byte[] signs = _signs[row] = _bytes == 0 ? [] : new byte[_bytes];
        for (int i = 0, bit = 0; i < slots.Length; i++)
        {
            if (_places[i] >= 0)
                numbers[_places[i]] = slots[i];
            else
                signs[bit >> 3] |= (byte)((slots[i] > 0 ? 1 : 0) << (bit++ & 7));
        }
    }

    public void Read(int row, Span<float> slots)
    {
        ReadOnlySpan<float> numbers = _numbers[row];
        ReadOnlySpan<byte> signs = _signs[row];
        for (int i = 0, bit = 0; i < slots.Length; i++)
        {
            if (_places[i] >= 0)
            {
                slots[i] = numbers[_places[i]];
            }
            else
            {
                slots[i] = (signs[bit >> 3] >> (bit & 7) & 1) == 1 ? 1 : -1;
                bit++;
            }
        }
    }

    /// <summary>Mean and variance of each number over the rows.</summary>
    public (float[] Means, float[] Variances) Moments()
    {
        double[] sums = new double[Width], squares = new double[Width];
        float[] slots = new float[Width], means = new float[Width], variances = new float[Width];
        for (int row = 0; row < RowCount; row++)
        {
            Read(row, slots);
            for (int i = 0; i < slots.Length; i++)
            {
                sums[i] += slots[i];
                squares[i] += (double)slots[i] * slots[i];
            }
        }
        for (int i = 0; i < Width; i++)
        {
            double mean = sums[i] / RowCount;
            (means[i], variances[i]) = ((float)mean, (float)Math.Max(0, squares[i] / RowCount - mean * mean));
        }
        return (means, variances);
    }
}
