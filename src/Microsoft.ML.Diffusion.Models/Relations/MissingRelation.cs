using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>A cell is missing wherever another has a certain value, or is missing; or it is given wherever another has a certain
/// value.</summary>
internal sealed class MissingRelation : Relation
{
    public const byte Tag = 4, GivenTag = 6;

    private readonly int _from, _missing;
    private readonly double _value;

    private MissingRelation(string text, int from, double value, int missing, bool isGiven, int support)
        : base(RelationKind.Missing, text, [from, missing], support) =>
        (_from, _value, _missing, IsGiven) = (from, value, missing, isGiven);

    /// <param name="columns">The table's columns.</param>
    /// <param name="from">The column that is looked at.</param>
    /// <param name="value">Its value; NaN for missing.</param>
    /// <param name="missing">The column whose cell is missing then.</param>
    /// <param name="isGiven">Whether it is never missing then.</param>
    /// <param name="support">In how many rows.</param>
    public static MissingRelation Create(
        IReadOnlyList<TableColumn> columns, int from, double value, int missing, bool isGiven, int support)
    {
        string state = isGiven ? "given" : "missing";
        string condition = double.IsNaN(value) ? "is missing" : $"= {RelationText.Value(columns[from], value)}";
        return new MissingRelation(
            $"{RelationText.Name(columns[missing].Name)} is {state} where {RelationText.Name(columns[from].Name)} {condition}", from,
                value, missing, isGiven, support);
    }

    public int Missing => _missing;

    public bool IsGiven { get; }

    /// <inheritdoc/>
    public override bool Holds(ReadOnlySpan<double> row) => !IsSeen(row) || double.IsNaN(row[_missing]) != IsGiven;

    internal override bool IsSeen(ReadOnlySpan<double> row) => double.IsNaN(_value) ? double.IsNaN(row[_from]) : row[_from] == _value;

    /// <inheritdoc/>
    internal override void Suggest(RepairContext context, ReadOnlySpan<double> row, ReadOnlySpan<bool> isFixed)
    {
        // Whether made cells may be missing at all is the set's to say; see RelationSet.Repair.
    }

    /// <inheritdoc/>
    internal override void Save(BinaryWriter writer)
    {
        writer.Write(IsGiven ? GivenTag : Tag);
        writer.Write(Support);
        writer.Write(_from);
        writer.Write(_value);
        writer.Write(_missing);
    }

    internal static MissingRelation Load(BinaryReader reader, IReadOnlyList<TableColumn> columns, bool isGiven, int support)
    {
        int from = reader.ReadInt32();
        double value = reader.ReadDouble();
        int missing = reader.ReadInt32();
        if ((uint)from >= (uint)columns.Count || (uint)missing >= (uint)columns.Count || from == missing || double.IsInfinity(value))
            throw new InvalidDataException("The saved relations are damaged: they name a column that is not there.");
        return Create(columns, from, value, missing, isGiven, support);
    }
}
