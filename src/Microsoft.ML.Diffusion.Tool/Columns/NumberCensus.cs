using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Learns how a column writes its numbers while they pass: decimals, decimal mark, quotes, range.</summary>
internal sealed class NumberCensus
{
    private int _minDecimals = int.MaxValue;
    private int _maxDecimals;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;
    private byte _decimalMark;
    private bool _isQuoted;
    private bool _isWhole = true;
    private bool _hasRounded;

    /// <summary>How many numbers passed.</summary>
    public long Count { get; private set; }

    /// <summary>Whether all are whole numbers and some would be rounded.</summary>
    public bool IsRounded => _isWhole && _hasRounded;

    /// <summary>Whether a number has the decimal mark of those before it, or none.</summary>
    public bool Fits(NumberCell number) => number.Mark == 0 || _decimalMark == 0 || number.Mark == _decimalMark;

    /// <summary>Counts a number.</summary>
    /// <param name="number">The number; not NaN.</param>
    /// <param name="raw">Its cell.</param>
    public void Add(NumberCell number, ReadOnlySpan<byte> raw)
    {
        if (Count++ == 0)
            _isQuoted = CsvCell.IsQuoted(raw);
        _decimalMark = number.Mark != 0 ? number.Mark : _decimalMark;
        _isWhole &= number.IsWhole;
        _hasRounded |= number.IsRounded;
        _minDecimals = Math.Min(_minDecimals, number.Decimals);
        _maxDecimals = Math.Max(_maxDecimals, number.Decimals);
        _minimum = Math.Min(_minimum, number.Value);
        _maximum = Math.Max(_maximum, number.Value);
    }

    /// <summary>How the numbers are written.</summary>
    /// <param name="marks">Words among them that mean "missing"; null for none.</param>
    public CellFormat ToFormat(IReadOnlyList<string>? marks = null) => Count == 0
        ? CellFormat.Any
        : new CellFormat(_minDecimals, _maxDecimals, _minimum, _maximum, _decimalMark == (byte)',', _isQuoted) { Marks = marks };
}
