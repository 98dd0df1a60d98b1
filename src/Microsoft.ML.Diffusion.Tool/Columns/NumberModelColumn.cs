using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A column of plain numbers.</summary>
/// <param name="index">Place in the file, counted from 0.</param>
/// <param name="name">Name from the header.</param>
/// <param name="missing">What stands for a missing value.</param>
/// <param name="words">Words that mean "missing" in this column, beside the usual ones; null where no word does.</param>
/// <param name="model">How the model's column writes numbers; null where that is not known.</param>
/// <param name="why">Why every cell must be a number, for messages.</param>
internal sealed class NumberModelColumn(
    int index, string name, MissingMarks missing, IReadOnlyCollection<string>? words, CellFormat? model = null, string why = "")
    : ModelColumn(index, name, missing, words ?? [])
{
    private readonly bool _takesWords = words is not null;
    private readonly NumberCensus _census = new();
    private InputException? _other;
    private InputException? _infinite;
    private InputException? _rounded;
    private CellFormat? _format;

    /// <inheritdoc/>
    public override InputException? Refusal => _other ?? _infinite;

    /// <summary>Why a model may not learn the column: its whole numbers would be rounded; null where they are not.</summary>
    public InputException? Rounding => _census.IsRounded ? _rounded : null;

    /// <summary>Whether a cell is neither a number nor missing.</summary>
    public bool HasOthers => _other is not null;

    /// <summary>How the file writes the column.</summary>
    public CellFormat Own => _census.ToFormat();

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Spell(CsvDocument block, double value)
    {
        _format ??= model?.In(Own, block.Separator) ?? Own;
        return _format.Cell(value, block.Separator);
    }

    /// <inheritdoc/>
    protected override bool Look(CsvDocument block, int row)
    {
        if (!TryParse(block, row, out NumberCell number) || !_census.Fits(number))
        {
            if (_takesWords && IsWord(block, row))
            {
                CountWord(block, row);
            }
            else
            {
                _other ??= new InputException(
                    $"{block.Locate(row, Index)}: '{block.Text(row, Index)}' is not a number; {why} (a mark for a missing value is named " +
                    "with --na).");
            }

            return false;
        }

        if (double.IsNaN(number.Value))
            return true;
        if (double.IsInfinity(number.Value))
            _infinite ??= NumberCheck.Infinite(block, row, Index);
        if (number.IsRounded)
        {
            _rounded ??= new InputException(
                $"{block.Locate(row, Index)}: '{block.Text(row, Index)}' is a whole number beyond 2^53 and would be rounded: take column " +
                $"{Name} out of --numeric and of the numbers in --columns, so that it is one of codes or keys, or name it in " +
                "--categorical.");
        }

        _census.Add(number, block.Raw(row, Index));
        return false;
    }

    /// <inheritdoc/>
    protected override bool Read(CsvDocument block, int row, out double value)
    {
        bool isNumber = TryParse(block, row, out NumberCell number);
        value = isNumber ? number.Value : double.NaN;
        return isNumber && double.IsNaN(value);
    }

    private bool TryParse(CsvDocument block, int row, out NumberCell number) =>
        // In a file with commas between cells, a comma inside one groups digits or parts items: no decimal mark.
        NumberCell.TryParse(block.Content(row, Index), allowComma: block.Separator != ',', out number);
}
