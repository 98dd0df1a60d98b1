using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Reads a column as numbers, as far as it is one.</summary>
internal sealed class NumericColumnReader
{
    private readonly CsvDocument _document;
    private readonly int _column;
    private readonly MissingMarks _marks;
    private readonly double[] _numbers;
    private readonly HashSet<int> _kept = [];
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private int _minDecimals = int.MaxValue;
    private int _maxDecimals;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;
    private byte _decimalMark;
    private int _infiniteRow = -1;

    /// <param name="document">The file.</param>
    /// <param name="column">Which of its columns.</param>
    /// <param name="marks">What stands for a missing value.</param>
    /// <param name="codesAreNumbers">Whether 007 is a number, not a code.</param>
    /// <param name="keptMarks">Words that mean missing and stay as they are; null for none.</param>
    public NumericColumnReader(CsvDocument document, int column, MissingMarks marks, bool codesAreNumbers, IReadOnlySet<string>? keptMarks = null)
    {
        _document = document;
        _column = column;
        _marks = marks;
        _numbers = new double[document.RowCount];
        for (int row = 0; row < _numbers.Length; row++)
        {
            _numbers[row] = double.NaN;
            if (_marks.IsMissing(document, row, column))
                continue;
            if (keptMarks is { Count: > 0 } && keptMarks.Contains(document.Text(row, column)))
                _kept.Add(row);
            else
                Read(row, codesAreNumbers);
        }
    }

    /// <summary>Cells that are numbers.</summary>
    public int Numbers { get; private set; }

    /// <summary>Cells that are neither numbers nor missing.</summary>
    public int Others { get; private set; }

    /// <summary>The first row with such a cell.</summary>
    public int FirstOther { get; private set; } = -1;

    /// <summary>What all such cells say, where they say the same; else null.</summary>
    public string? OnlyOther => _others.Count == 1 ? _others.First() : null;

    /// <summary>The column of numbers.</summary>
    /// <exception cref="InputException">A cell is infinite.</exception>
    public CsvColumn ToColumn()
    {
        RefuseInfinite();
        bool quoted = Quoted();
        NumberFormat format = Numbers == 0 ? NumberFormat.Any : new NumberFormat(_minDecimals, _maxDecimals, _minimum, _maximum, _decimalMark == (byte)',', quoted);
        return CsvColumn.Numeric(_column, _document.ColumnNames[_column], _numbers, format, _kept);
    }

    /// <summary>The number of a row; NaN where it is none.</summary>
    public double Number(int row) => _numbers[row];

    /// <summary>Refuses a cell that is infinite.</summary>
    /// <exception cref="InputException">There is one.</exception>
    public void RefuseInfinite()
    {
        if (_infiniteRow >= 0)
            throw new InputException($"{_document.Locate(_infiniteRow, _column)}: '{_document.Text(_infiniteRow, _column)}' is not finite; a number was expected (or name it in --na to have it filled in).");
    }

    private bool Quoted() => Enumerable.Range(0, _numbers.Length).Where(row => !double.IsNaN(_numbers[row])).Take(1).Any(row => CsvCell.IsQuoted(_document.Raw(row, _column)));

    private void Read(int row, bool codesAreNumbers)
    {
        ReadOnlySpan<byte> content = _document.Content(row, _column);
        // In a file with commas between cells, a comma inside one groups digits or parts items: no decimal mark.
        if (!NumberCell.TryParse(content, allowComma: _document.Separator != ',', out NumberCell number)
            || (number.Mark != 0 && _decimalMark != 0 && number.Mark != _decimalMark)
            || (!codesAreNumbers && NumberCell.IsCode(content)))
        {
            Others++;
            if (FirstOther < 0)
                FirstOther = row;
            if (_others.Count < 2)
                _others.Add(_document.Text(row, _column));
            return;
        }

        if (double.IsNaN(number.Value))
            return;
        if (double.IsInfinity(number.Value) && _infiniteRow < 0)
            _infiniteRow = row;
        Numbers++;
        _numbers[row] = number.Value;
        _decimalMark = number.Mark != 0 ? number.Mark : _decimalMark;
        _minDecimals = Math.Min(_minDecimals, number.Decimals);
        _maxDecimals = Math.Max(_maxDecimals, number.Decimals);
        _minimum = Math.Min(_minimum, number.Value);
        _maximum = Math.Max(_maximum, number.Value);
    }
}
