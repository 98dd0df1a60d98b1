using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Finds out, while the cells of a column pass, whether it is one of plain numbers; 007 is a code here.</summary>
internal sealed class NumberCheck(int column, MissingMarks missing)
{
    private readonly NumberCensus _census = new();
    private InputException? _infinite;

    /// <summary>Whether every cell is a number or missing.</summary>
    public bool IsNumeric { get; private set; } = true;

    /// <summary>Whether every cell is a whole number or missing and some number would be rounded.</summary>
    public bool IsRounded => IsNumeric && _census.IsRounded;

    /// <summary>Why the column is refused: a number that is not finite; null where there is none.</summary>
    public InputException? Refusal => IsNumeric ? _infinite : null;

    /// <summary>Looks at the cells of a block.</summary>
    public void Look(CsvDocument block)
    {
        for (int row = 0; IsNumeric && row < block.RowCount; row++)
        {
            ReadOnlySpan<byte> content = block.Content(row, column);
            if (missing.IsMissing(block, row, column))
                continue;
            IsNumeric = NumberCell.TryParse(content, allowComma: block.Separator != ',', out NumberCell number)
                && _census.Fits(number) && !NumberCell.IsCode(content);
            if (!IsNumeric || double.IsNaN(number.Value))
                continue;
            if (double.IsInfinity(number.Value))
                _infinite ??= Infinite(block, row, column);
            _census.Add(number, block.Raw(row, column));
        }
    }

    /// <summary>Says that a cell is infinite.</summary>
    public static InputException Infinite(CsvDocument block, int row, int column) => new(
        $"{block.Locate(row, column)}: '{block.Text(row, column)}' is not finite; a number was expected (or name it in --na to have it " +
        "filled in).");
}
