namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Words and codes; in their index among the values of the column.</summary>
internal sealed class CategoryCodec : RoleCodec
{
    private readonly IReadOnlyList<string> _values;
    private readonly Dictionary<string, int> _indices;

    public CategoryCodec(ColumnEntry entry)
    {
        Role = entry.Role;
        _values = entry.Values
            ?? throw new FormatException("its values are not known; give them, or create the codec from the profile of the column.");
        // YES, yes and Yes are one answer; categories may differ in their letters.
        _indices = new Dictionary<string, int>(Role == ColumnRole.YesNo ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        for (int i = 0; i < _values.Count; i++)
            _indices.TryAdd(_values[i], i);
    }

    public override ColumnRole Role { get; }

    public override int Categories => _values.Count;

    public override double Step => 1;

    public override bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        bool known = lookup.TryGetValue(text, out int index) || lookup.TryGetValue(text.Trim(), out index);
        value = known ? index : double.NaN;
        return known;
    }

    public override double Nearest(double value) => Math.Clamp(Math.Round(value), 0, _values.Count - 1);

    public override string Format(double value) => double.IsNaN(value)
        ? throw new ArgumentOutOfRangeException(nameof(value), value, "Only a number names a category.")
        : _values[(int)Nearest(value)];
}
