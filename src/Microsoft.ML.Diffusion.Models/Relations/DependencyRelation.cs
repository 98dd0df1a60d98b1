using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>One column decides another: every value of the first came with one value of the second.</summary>
internal sealed class DependencyRelation : Relation
{
    public const byte Tag = 2;

    private readonly int _from, _to;
    private readonly Dictionary<double, double> _values;
    private readonly Dictionary<double, List<(double From, int Rows)>> _origins = [];

    private DependencyRelation(string text, int from, int to, IEnumerable<(double From, double To, int Rows)> pairs, int support)
        : base(RelationKind.Dependency, text, [from, to], support)
    {
        (_from, _to) = (from, to);
        _values = [];
        foreach ((double a, double b, int rows) in pairs)
        {
            _values[a] = b;
            if (!_origins.TryGetValue(b, out List<(double From, int Rows)>? origins))
                _origins.Add(b, origins = []);
            origins.Add((a, rows));
        }
    }

    public int From => _from;

    public int To => _to;

    public static DependencyRelation Create(
        IReadOnlyList<TableColumn> columns, int from, int to, IEnumerable<(double From, double To, int Rows)> pairs, int support) =>
        new($"{RelationText.Name(columns[from].Name)} -> {RelationText.Name(columns[to].Name)}", from, to, pairs, support);

    /// <inheritdoc/>
    public override bool Holds(ReadOnlySpan<double> row) =>
        double.IsNaN(row[_to]) || !_values.TryGetValue(row[_from], out double value) || value == row[_to];

    /// <inheritdoc/>
    internal override void Suggest(RepairContext context, ReadOnlySpan<double> row, ReadOnlySpan<bool> isFixed)
    {
        // The deciding column says more than the one it decides, so that it is the one to keep.
        if (!isFixed[_to])
            context.Changes.Add(new Change(_to, _values[row[_from]], .5));
        if (isFixed[_from] || !_origins.TryGetValue(row[_to], out List<(double From, int Rows)>? origins))
            return;
        double left = context.Draw() * origins.Sum(origin => (double)origin.Rows);
        double chosen = origins[^1].From;
        foreach ((double from, int rows) in origins)
        {
            left -= rows;
            if (left < 0)
            {
                chosen = from;
                break;
            }
        }
        context.Changes.Add(new Change(_from, chosen, 1));
    }

    /// <inheritdoc/>
    internal override bool TryDetermine(IReadOnlyList<ColumnLattice> lattices, Span<double> row, int column, out double value)
    {
        value = double.NaN;
        return column == _to && _values.TryGetValue(row[_from], out value);
    }

    /// <inheritdoc/>
    internal override void Save(BinaryWriter writer)
    {
        writer.Write(Tag);
        writer.Write(Support);
        writer.Write(_from);
        writer.Write(_to);
        writer.Write(_values.Count);
        foreach ((double to, List<(double From, int Rows)> origins) in _origins)
        {
            foreach ((double from, int rows) in origins)
            {
                writer.Write(from);
                writer.Write(to);
                writer.Write(rows);
            }
        }
    }

    internal static DependencyRelation Load(BinaryReader reader, IReadOnlyList<TableColumn> columns, int support)
    {
        int from = reader.ReadInt32(), to = reader.ReadInt32(), count = reader.ReadInt32();
        if ((uint)from >= (uint)columns.Count || (uint)to >= (uint)columns.Count || from == to || count < 0)
            throw new InvalidDataException("The saved relations are damaged: they name a column that is not there.");
        // Read one by one, so that memory follows the bytes that are there and not the number that is claimed.
        List<(double From, double To, int Rows)> pairs = [];
        HashSet<double> seen = [];
        for (int i = 0; i < count; i++)
        {
            (double a, double b, int rows) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt32());
            if (!IsValue(columns[from], a) || !IsValue(columns[to], b) || rows < 1 || !seen.Add(a))
                throw new InvalidDataException("The saved relations are damaged: a value is none of its column.");
            pairs.Add((a, b, rows));
        }
        return Create(columns, from, to, pairs, support);
    }

    private static bool IsValue(TableColumn column, double value) => double.IsFinite(value) && column.Holds(value);
}
