namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>The cells of one column: numbers of its different values as long as these are few, then single precision as long as that holds
/// them, then double.</summary>
internal sealed class CompactColumn
{
    private const int CellsPerChunk = 4096, MostValues = 256;

    // Looked at one after another before the dictionary is.
    private const int FirstValues = 2;

    private readonly List<double> _values = [];
    private readonly Dictionary<ulong, byte> _codes = [];
    private List<byte[]>? _bytes = [];
    private List<float[]>? _singles;
    private List<double[]>? _doubles;

    /// <summary>Whether an infinite number may be among the cells.</summary>
    public bool MayBeInfinite => _bytes is null || _values.Exists(double.IsInfinity);

    public double this[int row]
    {
        get
        {
            int chunk = row / CellsPerChunk, place = row % CellsPerChunk;
            return _bytes is not null ? _values[_bytes[chunk][place]] : _singles is not null ? _singles[chunk][place] : _doubles![chunk][place];
        }
    }

    /// <summary>Writes a cell, of which all before it were written.</summary>
    public void Write(int row, double value)
    {
        if (_bytes is not null)
        {
            if (Code(value) is int code and >= 0)
            {
                At(_bytes, row) = (byte)code;
                return;
            }
            Widen();
        }
        if (_singles is not null)
        {
            if ((float)value == value || double.IsNaN(value))
            {
                At(_singles, row) = (float)value;
                return;
            }
            _doubles = [.. _singles.Select(chunk => Array.ConvertAll(chunk, single => (double)single))];
            _singles = null;
        }
        At(_doubles!, row) = value;
    }

    /// <summary>Replaces every value by another.</summary>
    public void Replace(Func<double, double> other, int rows)
    {
        if (_bytes is not null)
        {
            for (int i = 0; i < _values.Count; i++)
                _values[i] = other(_values[i]);
            return;
        }
        for (int row = 0; row < rows; row++)
            Write(row, other(this[row]));
    }

    /// <summary>The number of a value; -1 where there are too many.</summary>
    private int Code(double value)
    {
        ulong bits = double.IsNaN(value) ? BitConverter.DoubleToUInt64Bits(double.NaN) : BitConverter.DoubleToUInt64Bits(value);
        for (int i = 0; i < Math.Min(FirstValues, _values.Count); i++)
        {
            if (BitConverter.DoubleToUInt64Bits(_values[i]) == bits)
                return i;
        }
        if (_codes.TryGetValue(bits, out byte known))
            return known;
        if (_values.Count == MostValues)
            return -1;
        _codes.Add(bits, (byte)_values.Count);
        _values.Add(BitConverter.UInt64BitsToDouble(bits));
        return _values.Count - 1;
    }

    private void Widen()
    {
        double[] values = [.. _values];
        // -0 is equal to 0 and single precision has both.
        if (values.All(value => (float)value == value || double.IsNaN(value)))
            _singles = [.. _bytes!.Select(chunk => Array.ConvertAll(chunk, code => code < values.Length ? (float)values[code] : 0))];
        else
            _doubles = [.. _bytes!.Select(chunk => Array.ConvertAll(chunk, code => code < values.Length ? values[code] : 0))];
        _bytes = null;
        _values.Clear();
        _codes.Clear();
    }

    private static ref T At<T>(List<T[]> chunks, int row)
    {
        if (row == chunks.Count * CellsPerChunk)
            chunks.Add(new T[CellsPerChunk]);
        return ref chunks[row / CellsPerChunk][row % CellsPerChunk];
    }
}
