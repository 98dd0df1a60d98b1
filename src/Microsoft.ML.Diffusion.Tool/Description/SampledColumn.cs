using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>How the cells of a column are read to look for relations: numbers and dates on the scale of their role, categories as codes.
/// What names rows or people is only there or missing.</summary>
/// <param name="profile">What the column is.</param>
internal sealed class SampledColumn(ColumnProfile profile)
{
    private readonly RoleCodec? _codec = profile.Role.IsNumeric() ? profile.CreateCodec() : null;
    private readonly bool _isCategorical = profile.Role.IsCategorical();
    private readonly List<string> _categories = [];
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);

    /// <summary>The column, with the categories that were read.</summary>
    public TableColumn Column => _codec is not null ? TableColumn.Numeric(profile.Name)
        : TableColumn.Categorical(profile.Name, _categories.Count == 0 ? [string.Empty] : _categories);

    /// <summary>Reads a cell that is not missing.</summary>
    /// <returns>A number, or the code of a category; NaN where the cell does not fit the column.</returns>
    public double Read(string text)
    {
        if (_codec is not null)
            return _codec.TryParse(text, out double number) && double.IsFinite(number) ? number : double.NaN;
        if (!_isCategorical)
            return 0;
        if (!_codes.TryGetValue(text, out int code))
        {
            _codes.Add(text, code = _categories.Count);
            _categories.Add(text);
        }

        return code;
    }
}
