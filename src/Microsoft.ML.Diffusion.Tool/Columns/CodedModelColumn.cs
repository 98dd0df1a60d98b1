using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A column of dates, amounts and the like, numbers to the model.</summary>
/// <param name="index">Place in the file, counted from 0.</param>
/// <param name="name">Name from the header.</param>
/// <param name="missing">What stands for a missing value.</param>
/// <param name="model">How the model's column writes its values.</param>
/// <param name="origin">What the model is called in messages; null where cells that cannot be read stay as they are.</param>
internal sealed class CodedModelColumn(int index, string name, MissingMarks missing, NumberFormat model, string? origin)
    : ModelColumn(index, name, missing, model.Entry!.MissingMarks)
{
    private readonly RoleCodec _codec = RoleCodec.Create(model.Entry!);
    private InputException? _refusal;
    private NumberFormat? _format;
    private long _observed;
    private long _quoted;

    /// <inheritdoc/>
    public override InputException? Refusal => _refusal;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Spell(CsvDocument block, double value)
    {
        _format ??= model with { Quoted = _observed > 0 && _quoted == _observed };
        return _format.Cell(value, block.Separator);
    }

    /// <inheritdoc/>
    protected override bool Look(CsvDocument block, int row)
    {
        Read(block, row, out double value);
        if (!double.IsNaN(value))
        {
            _observed++;
            _quoted += CsvCell.IsQuoted(block.Raw(row, Index)) ? 1 : 0;
        }
        else if (IsWord(block, row))
        {
            CountWord(block, row);
        }
        else if (origin is not null)
        {
            ColumnEntry entry = model.Entry!;
            _refusal ??= new InputException(
                $"{block.Locate(row, Index)}: '{block.Text(row, Index)}' is not a {entry.Role.ToName()} written as {entry.Format}; " +
                $"{origin} has it as a column of {entry.Role.ToName()} (a mark for a missing value is named with --na).");
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
        model.Entry!.MissingMarks.Count > 0 && model.Entry.MissingMarks.Contains(block.Text(row, Index), StringComparer.Ordinal);
}
