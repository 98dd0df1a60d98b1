using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of text taken as categories; the empty text is missing.</summary>
internal sealed class TextColumn(string name) : CategoryColumn<string>(name, TextDataViewType.Instance, StringComparer.Ordinal)
{
    private const int FewestKeys = 10;

    protected override IComparer<string> Order => StringComparer.Ordinal;

    /// <inheritdoc/>
    public override string? ReasonForPrivacy()
    {
        (string Category, long Count)[] met = [.. Met];
        // Where values repeat, they are no keys: most columns end here.
        if (met.Length < FewestKeys || met.Count(each => each.Count == 1) < met.Length / 2)
            return null;
        var profiler = new ColumnProfiler(Name);
        foreach ((string category, long count) in met)
        {
            for (long i = 0; i < count; i++)
                profiler.Add(category);
        }

        ColumnProfile profile = profiler.ToProfile();
        return profile.Role is ColumnRole.Key or ColumnRole.Email or ColumnRole.Phone or ColumnRole.Name or ColumnRole.Text ? profile.Reason : null;
    }

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(source);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> codes = Codes.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlyMemory<char> text = default;
        return cells =>
        {
            get(ref text);
            cells[0] = double.NaN;
            if (text.IsEmpty)
                return;
            int? known = codes.TryGetValue(text.Span, out int code) ? code : null;
            if (learn)
                cells[0] = Learn(known, known is null ? text.ToString() : "");
            else if (known is not null)
                cells[0] = code;
        };
    }

    public override Delegate FillingGetter(DataViewRow row, DataViewSchema.Column source, Func<double[]> completed, int first)
    {
        ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(source);
        return (ValueGetter<ReadOnlyMemory<char>>)Get;

        void Get(ref ReadOnlyMemory<char> text)
        {
            get(ref text);
            if (text.IsEmpty && completed()[first] is >= 0 and double code)
                text = Categories[(int)code].AsMemory();
        }
    }

    public override Delegate MakingGetter(RowCells row, int first)
    {
        return (ValueGetter<ReadOnlyMemory<char>>)Get;

        void Get(ref ReadOnlyMemory<char> text) => text = row()[first] is >= 0 and double code ? Categories[(int)code].AsMemory() : default;
    }

    public override Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden)
    {
        ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(source);
        return (ValueGetter<ReadOnlyMemory<char>>)Get;

        void Get(ref ReadOnlyMemory<char> text)
        {
            get(ref text);
            if (isHidden(0))
                text = default;
        }
    }

    protected override string NameOf(string category) => category;

    protected override void WriteDetails(BinaryWriter writer)
    {
        writer.Write(Categories.Count);
        foreach (string category in Categories)
            writer.Write(category);
    }

    protected override void ReadDetails(BinaryReader reader) =>
        SetCategories(reader.ReadItems("categories", static reader => reader.ReadString()));
}
