using Microsoft.ML.Diffusion.Tool.Csv;
using Words = Microsoft.ML.Diffusion.Models.Roles.MissingMarks;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Reads a column as numbers, as far as it is one.</summary>
internal sealed class NumericColumnReader
{
    private readonly CsvDocument _document;
    private readonly int _column;
    private readonly MissingMarks _marks;
    private readonly double[] _numbers;
    private readonly HashSet<int> _kept = [];
    private readonly NumberCensus _census = new();
    private readonly string[]? _words;
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
        _words = keptMarks?.Where(mark => !Words.IsCertain(mark)).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } words ? words : null;
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

    /// <summary>Cells that are neither numbers nor missing.</summary>
    public int Others { get; private set; }

    /// <summary>The first row with such a cell.</summary>
    public int FirstOther { get; private set; } = -1;

    /// <summary>The column of numbers.</summary>
    /// <exception cref="InputException">A cell is infinite.</exception>
    public CsvColumn ToColumn()
    {
        RefuseInfinite();
        return CsvColumn.Numeric(_column, _document.ColumnNames[_column], _numbers, _census.ToFormat(_words), _kept);
    }

    /// <summary>The number of a row; NaN where it is none.</summary>
    public double Number(int row) => _numbers[row];

    /// <summary>Refuses a cell that is infinite.</summary>
    /// <exception cref="InputException">There is one.</exception>
    public void RefuseInfinite()
    {
        if (_infiniteRow >= 0)
            throw Infinite(_document, _infiniteRow, _column);
    }

    /// <summary>Says that a cell is infinite.</summary>
    public static InputException Infinite(CsvDocument document, int row, int column) => new(
        $"{document.Locate(row, column)}: '{document.Text(row, column)}' is not finite; a number was expected (or name it in --na to have it " +
        "filled in).");

    private void Read(int row, bool codesAreNumbers)
    {
        ReadOnlySpan<byte> content = _document.Content(row, _column);
        // In a file with commas between cells, a comma inside one groups digits or parts items: no decimal mark.
        if (!NumberCell.TryParse(content, allowComma: _document.Separator != ',', out NumberCell number)
            || !_census.Fits(number)
            || (!codesAreNumbers && NumberCell.IsCode(content)))
        {
            Others++;
            if (FirstOther < 0)
                FirstOther = row;
            return;
        }

        if (double.IsNaN(number.Value))
            return;
        if (double.IsInfinity(number.Value) && _infiniteRow < 0)
            _infiniteRow = row;
        _numbers[row] = number.Value;
        _census.Add(number, _document.Raw(row, _column));
    }
}
