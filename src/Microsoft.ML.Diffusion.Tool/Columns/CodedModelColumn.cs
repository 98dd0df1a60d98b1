using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A column of dates, amounts and the like, numbers to the model.</summary>
/// <param name="index">Place in the file, counted from 0.</param>
/// <param name="name">Name from the header.</param>
/// <param name="missing">What stands for a missing value.</param>
/// <param name="words">Words that mean "missing" in this column, beside the usual ones.</param>
/// <param name="model">How the model's column writes its values.</param>
/// <param name="why">Why every cell must be a value, for messages; null where cells that are none stay as they are.</param>
internal sealed class CodedModelColumn(
    int index, string name, MissingMarks missing, IReadOnlyCollection<string> words, CellFormat model, string? why)
    : ModelColumn(index, name, missing, words)
{
    private readonly RoleCodec _codec = RoleCodec.Create(model.Entry!);
    private InputException? _refusal;
    private CellFormat? _format;
    private (double Minimum, double Maximum) _range = (double.PositiveInfinity, double.NegativeInfinity);
    private long _observed;
    private long _quoted;

    /// <summary>How the file writes the column.</summary>
    public CellFormat Own => new(0, 0, _range.Minimum, _range.Maximum, DecimalComma: false, IsQuoted, model.Entry);

    private bool IsQuoted => _observed > 0 && _quoted == _observed;

    /// <inheritdoc/>
    public override InputException? Refusal => _refusal;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Spell(CsvDocument block, double value)
    {
        _format ??= model with { Quoted = IsQuoted };
        return _format.Cell(value, block.Separator);
    }

    /// <inheritdoc/>
    protected override bool Look(CsvDocument block, int row)
    {
        Read(block, row, out double value);
        if (!double.IsNaN(value))
        {
            _observed++;
            _range = (Math.Min(_range.Minimum, value), Math.Max(_range.Maximum, value));
            _quoted += CsvCell.IsQuoted(block.Raw(row, Index)) ? 1 : 0;
        }
        else if (IsWord(block, row))
        {
            CountWord(block, row);
        }
        else if (why is not null)
        {
            ColumnEntry entry = model.Entry!;
            _refusal ??= new InputException(
                $"{block.Locate(row, Index)}: '{block.Text(row, Index)}' is not a {entry.Role.ToName()} written as {entry.Format}; " +
                $"{why} (a mark for a missing value is named with --na).");
        }

        return false;
    }

    /// <inheritdoc/>
    protected override bool Read(CsvDocument block, int row, out double value)
    {
        bool isValue = _codec.TryParse(block.Text(row, Index), out value) && double.IsFinite(value) && !IsOwnWord(block, row);
        value = isValue ? value : double.NaN;
        return false;
    }

    // A word of the column may read as a value, such as a number that stands for "not known".
    private bool IsOwnWord(CsvDocument block, int row) =>
        OwnWords.Count > 0 && OwnWords.Contains(block.Text(row, Index), StringComparer.Ordinal);
}
