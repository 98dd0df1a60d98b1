using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of text taken as categories; the empty text is missing.</summary>
internal sealed class TextColumn(string name) : CategoryColumn<string>(name, TextDataViewType.Instance, StringComparer.Ordinal)
{
    protected override IComparer<string> Order => StringComparer.Ordinal;

    /// <summary>Texts that are missing values beside the empty one.</summary>
    public string[] Marks { get; set; } = [];

    public override string TextOf(double cell) => Categories[(int)cell];

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(source);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> codes = Codes.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlyMemory<char> text = default;
        return cells =>
        {
            get(ref text);
            cells[0] = double.NaN;
            if (IsMissing(text))
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
            if (IsMissing(text) && completed()[first] is >= 0 and double code)
                text = Categories[(int)code].AsMemory();
        }
    }

    public override Delegate MakingGetter(IMadeRow row, int first)
    {
        return (ValueGetter<ReadOnlyMemory<char>>)Get;

        void Get(ref ReadOnlyMemory<char> text) => text = row.Cells()[first] is >= 0 and double code ? Categories[(int)code].AsMemory()
            : default;
    }

    public override Delegate HidingGetter(DataViewRow row, DataViewSchema.Column source, Func<int, bool> isHidden) =>
        Hiding(row.GetGetter<ReadOnlyMemory<char>>(source), isHidden, default);

    protected override string NameOf(string category) => category;

    protected override string FromName(string name) => name;

    protected override void WriteDetails(BinaryWriter writer)
    {
        writer.Write(Categories.Count);
        foreach (string category in Categories)
            writer.Write(category);
        writer.Write(Marks.Length);
        foreach (string mark in Marks)
            writer.Write(mark);
    }

    protected override void ReadDetails(BinaryReader reader)
    {
        SetCategories(reader.ReadItems("categories", static reader => reader.ReadString()));
        Marks = reader.ReadItems("marks", static reader => reader.ReadString());
    }

    private bool IsMissing(ReadOnlyMemory<char> text)
    {
        if (text.IsEmpty)
            return true;
        foreach (string mark in Marks)
        {
            if (text.Span.SequenceEqual(mark))
                return true;
        }

        return false;
    }
}
