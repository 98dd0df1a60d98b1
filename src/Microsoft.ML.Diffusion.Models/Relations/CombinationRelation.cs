using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Two columns of categories of whose combinations only some occur.</summary>
internal sealed class CombinationRelation : Relation
{
    public const byte Tag = 3;

    private readonly int _first, _second;
    private readonly Dictionary<(int First, int Second), int> _rows;

    private CombinationRelation(string text, int first, int second, Dictionary<(int First, int Second), int> rows, int support)
        : base(RelationKind.Combination, text, [first, second], support) => (_first, _second, _rows) = (first, second, rows);

    public static CombinationRelation Create(
        IReadOnlyList<TableColumn> columns, int first, int second, Dictionary<(int First, int Second), int> rows, int support)
    {
        (TableColumn a, TableColumn b) = (columns[first], columns[second]);
        string text = $"{RelationText.Name(a.Name)}, {RelationText.Name(b.Name)} in {rows.Count} combinations";
        return new CombinationRelation(text, first, second, rows, support);
    }

    /// <inheritdoc/>
    public override bool Holds(ReadOnlySpan<double> row) =>
        !IsSeen(row) || _rows.ContainsKey(((int)row[_first], (int)row[_second]));

    /// <inheritdoc/>
    internal override void Suggest(RepairContext context, ReadOnlySpan<double> row, ReadOnlySpan<bool> isFixed)
    {
        (int first, int second) = ((int)row[_first], (int)row[_second]);
        if (!isFixed[_second])
            Draw(context, _second, _rows.Where(pair => pair.Key.First == first).Select(pair => (pair.Key.Second, pair.Value)));
        if (!isFixed[_first])
            Draw(context, _first, _rows.Where(pair => pair.Key.Second == second).Select(pair => (pair.Key.First, pair.Value)));
    }

    private static void Draw(RepairContext context, int column, IEnumerable<(int Category, int Rows)> seen)
    {
        (int Category, int Rows)[] choices = [.. seen.OrderBy(choice => choice.Category)];
        double left = context.Draw() * choices.Sum(choice => (double)choice.Rows);
        foreach ((int category, int rows) in choices)
        {
            left -= rows;
            if (left < 0)
            {
                context.Changes.Add(new Change(column, category, 1));
                return;
            }
        }
    }

    /// <inheritdoc/>
    internal override void Save(BinaryWriter writer)
    {
        writer.Write(Tag);
        writer.Write(Support);
        writer.Write(_first);
        writer.Write(_second);
        writer.Write(_rows.Count);
        foreach (((int first, int second), int rows) in _rows)
        {
            writer.Write(first);
            writer.Write(second);
            writer.Write(rows);
        }
    }

    internal static CombinationRelation Load(BinaryReader reader, IReadOnlyList<TableColumn> columns, int support)
    {
        int first = reader.ReadInt32(), second = reader.ReadInt32(), count = reader.ReadInt32();
        if ((uint)first >= (uint)columns.Count || (uint)second >= (uint)columns.Count || first == second || count < 0)
            throw new InvalidDataException("The saved relations are damaged: they name a column that is not there.");
        Dictionary<(int First, int Second), int> seen = [];
        for (int i = 0; i < count; i++)
        {
            (int a, int b, int rows) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            if ((uint)a >= (uint)columns[first].Categories.Count || (uint)b >= (uint)columns[second].Categories.Count || rows < 1
                || !seen.TryAdd((a, b), rows))
                throw new InvalidDataException("The saved relations are damaged: a category is none of its column.");
        }
        return Create(columns, first, second, seen, support);
    }
}
