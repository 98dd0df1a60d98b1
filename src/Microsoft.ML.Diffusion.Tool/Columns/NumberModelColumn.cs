using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A column of plain numbers.</summary>
/// <param name="index">Place in the file, counted from 0.</param>
/// <param name="name">Name from the header.</param>
/// <param name="missing">What stands for a missing value.</param>
/// <param name="model">How the model's column writes numbers; null where that is not known.</param>
/// <param name="origin">What the model is called in messages.</param>
internal sealed class NumberModelColumn(int index, string name, MissingMarks missing, NumberFormat? model, string origin)
    : ModelColumn(index, name, missing, model?.Marks ?? [])
{
    private readonly NumberCensus _census = new();
    private InputException? _other;
    private InputException? _infinite;
    private NumberFormat? _format;

    /// <inheritdoc/>
    public override InputException? Refusal => _other ?? _infinite;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Spell(CsvDocument block, double value)
    {
        _format ??= model?.In(_census.ToFormat(), block.Separator) ?? _census.ToFormat();
        return _format.Cell(value, block.Separator);
    }

    /// <inheritdoc/>
    protected override bool Look(CsvDocument block, int row)
    {
        // Where numbers are few, a cell that reads as none may still be a word.
        if (!TryParse(block, row, out NumberCell number) || !_census.Fits(number))
        {
            if (IsWord(block, row))
                CountWord(block, row);
            else
                _other ??= new InputException(
                    $"{block.Locate(row, Index)}: '{block.Text(row, Index)}' is not a number; {origin} has it as a column of numbers " +
                    "(a mark for a missing value is named with --na).");
            return false;
        }

        if (double.IsNaN(number.Value))
            return true;
        if (double.IsInfinity(number.Value))
            _infinite ??= NumericColumnReader.Infinite(block, row, Index);
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
