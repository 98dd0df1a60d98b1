using System.Globalization;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>Something that holds between the cells of every row. Instances are immutable.</summary>
public abstract class Relation
{
    private protected Relation(RelationKind kind, string text, int[] columns, int support)
    {
        Kind = kind;
        Text = text;
        Places = columns;
        Support = support;
    }

    /// <summary>What it says.</summary>
    public RelationKind Kind { get; }

    /// <summary>The relation as a rule, such as <c>start &lt;= end</c>; the same for the same table each time.</summary>
    public string Text { get; }

    /// <summary>The 0-based columns that it is about, each once.</summary>
    public IReadOnlyList<int> Columns => Places;

    /// <summary>In how many training rows it could be looked at, all cells being observed; it holds in all of them.</summary>
    public int Support { get; }

    /// <summary>The relation and its support as a sentence.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"{Text} holds in all {Support:N0} rows in which it can be seen.");

    internal int[] Places { get; }

    /// <summary>Whether a row satisfies the relation; a row in which one of its cells is missing does.</summary>
    /// <param name="row">One value per column of the table; NaN is missing.</param>
    public abstract bool Holds(ReadOnlySpan<double> row);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Whether the row has all cells that the relation needs.</summary>
    internal virtual bool IsSeen(ReadOnlySpan<double> row)
    {
        foreach (int column in Places)
        {
            if (double.IsNaN(row[column]))
                return false;
        }
        return true;
    }

    /// <summary>Adds the ways to make a row satisfy the relation by changing free cells.</summary>
    internal abstract void Suggest(RepairContext context, ReadOnlySpan<double> row, ReadOnlySpan<bool> isFixed);

    /// <summary>The value that the other cells leave for one; false where they leave several, or none.</summary>
    internal virtual bool TryDetermine(IReadOnlyList<ColumnLattice> lattices, Span<double> row, int column, out double value)
    {
        value = double.NaN;
        return false;
    }

    internal abstract void Save(BinaryWriter writer);

    /// <summary>Reads one relation and checks it against the columns.</summary>
    internal static Relation Load(BinaryReader reader, IReadOnlyList<TableColumn> columns)
    {
        byte tag = reader.ReadByte();
        int support = reader.ReadInt32();
        if (support < 0)
            throw new InvalidDataException("The saved relations are damaged: a number of rows is negative.");
        return tag switch
        {
            ComparisonRelation.Tag => ComparisonRelation.Load(reader, columns, support),
            DependencyRelation.Tag => DependencyRelation.Load(reader, columns, support),
            CombinationRelation.Tag => CombinationRelation.Load(reader, columns, support),
            CalendarRelation.Tag => CalendarRelation.Load(reader, columns, support),
            MissingRelation.Tag => MissingRelation.Load(reader, columns, isGiven: false, support),
            MissingRelation.GivenTag => MissingRelation.Load(reader, columns, isGiven: true, support),
            _ => throw new InvalidDataException("The saved relations are damaged: there is no relation of that kind."),
        };
    }
}
