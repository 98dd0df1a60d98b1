using System.Text;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>A column of categories. What is not one of the model's stays and counts as missing for the other columns.</summary>
internal sealed class CategoryModelColumn : ModelColumn
{
    private readonly IReadOnlyList<string> _categories;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _codes;
    private readonly byte[]?[] _spellings;
    private readonly MergedSpellings? _merged;
    private char[] _text = new char[64];

    /// <param name="index">Place in the file, counted from 0.</param>
    /// <param name="name">Name from the header.</param>
    /// <param name="missing">What stands for a missing value.</param>
    /// <param name="categories">The model's categories.</param>
    /// <param name="merges">Whether texts that differ from a category in case or blanks alone are that category.</param>
    public CategoryModelColumn(int index, string name, MissingMarks missing, IReadOnlyList<string> categories, bool merges = false)
        : base(index, name, missing, [])
    {
        _categories = categories;
        _spellings = new byte[]?[categories.Count];
        _merged = merges ? new MergedSpellings(categories) : null;
        Dictionary<string, int> codes = categories.Index().ToDictionary(x => x.Item, x => x.Index, StringComparer.Ordinal);
        _codes = codes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Spell(CsvDocument block, double value) =>
        _spellings[(int)value] ??= CsvCell.Encode(_categories[(int)value], block.Separator, block.EscapesByBackslash);

    /// <inheritdoc/>
    protected override bool Look(CsvDocument block, int row)
    {
        if (_codes.TryGetValue(Text(block, row), out int code))
            _spellings[code] ??= CsvCell.Spelling(block.Raw(row, Index), block.Separator, block.EscapesByBackslash);
        else if (IsWord(block, row))
            CountWord(block, row);
        else if (!IsVariant(block, row, out _))
            Unknown++;
        return false;
    }

    /// <inheritdoc/>
    protected override bool Read(CsvDocument block, int row, out double value)
    {
        value = _codes.TryGetValue(Text(block, row), out int code) || IsVariant(block, row, out code) ? code : _categories.Count;
        return false;
    }

    // Whether a text that is no category is another spelling of one.
    private bool IsVariant(CsvDocument block, int row, out int code)
    {
        code = 0;
        return _merged is not null && _codes.TryGetValue(_merged.Of(block.Text(row, Index)), out code);
    }

    // Without a new string for every cell.
    private ReadOnlySpan<char> Text(CsvDocument block, int row)
    {
        ReadOnlySpan<byte> content = block.Content(row, Index);
        if (content.ContainsAny((byte)'"', (byte)'\\'))
            return block.Text(row, Index);
        if (_text.Length < content.Length)
            _text = new char[2 * content.Length];
        return _text.AsSpan(..Encoding.UTF8.GetChars(content, _text));
    }
}
