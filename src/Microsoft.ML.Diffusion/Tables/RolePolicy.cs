using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>How the roles of columns are used by a training.</summary>
/// <param name="Told">What a person said; null for nothing.</param>
/// <param name="Infers">Whether the roles of other columns are found from the rows.</param>
internal sealed record RolePolicy(ColumnRoles? Told, bool Infers)
{
    // As many different plain numbers as make a text column one of numbers rather than of classes.
    private const int MostClasses = 20;

    // Fewer different numbers say nothing about a lattice.
    private const int FewestOnLattice = 8;

    /// <summary>Whether rows are made, rather than filled in.</summary>
    public bool Generates { get; init; }

    /// <summary>What rows that are made have in columns of keys.</summary>
    public IdentifierHandling Keys { get; init; }

    /// <summary>What rows that are made have in columns of names, addresses, telephone numbers and free text.</summary>
    public IdentifierHandling PersonalTexts { get; init; }

    /// <summary>Tells of a column whether it is learnt whatever its cells look like: a label, or one that is named to be made.</summary>
    public Func<string, bool> IsWanted { get; init; } = _ => false;

    /// <summary>Whether intervals are told of numbers, so that columns of real numbers stay numbers.</summary>
    public bool TellsIntervals { get; init; }

    /// <summary>Whether anything is to be found out.</summary>
    public bool IsActive => Infers || Told is not null;

    /// <summary>What is made of a column.</summary>
    /// <exception cref="ArgumentException">The column's type does not go with the role that was told.</exception>
    public RoleUse UseOf(ViewColumn column, ColumnFacts facts)
    {
        if (facts.IsTold)
            RefuseWrong(column, Told!.Find(column.Name)!.Role);
        else if (!Infers || IsWanted(column.Name))
            return Infers && facts.HasHuge && column.Type is NumberDataViewType ? RoleUse.Categories : RoleUse.AsTyped;
        if (column is ITimeColumn || column.Type is BooleanDataViewType or VectorDataViewType)
            return RoleUse.AsTyped;
        ColumnRole role = facts.Role;
        if (role.IsIdentifying())
            return OfIdentifiers(column, facts);
        return column.Type switch
        {
            KeyDataViewType => RoleUse.AsTyped,
            TextDataViewType => OfText(facts),
            _ => OfNumbers(column, facts),
        };
    }

    private RoleUse OfIdentifiers(ViewColumn column, ColumnFacts facts)
    {
        IdentifierHandling handling = facts.Role == ColumnRole.Key ? Keys : PersonalTexts;
        bool isMade = Generates && handling == IdentifierHandling.MakeAnew && facts.Profile?.Key is not null
            && column.Type is not KeyDataViewType;
        return isMade ? RoleUse.FreshKeys : RoleUse.LeftOut;
    }

    private static RoleUse OfText(ColumnFacts facts) => facts.Role switch
    {
        // Classes are often written as numbers.
        ColumnRole.Number when !facts.IsTold && facts.Profile!.Statistics.Distinct <= MostClasses => RoleUse.AsTyped,
        var role when role.IsNumeric() => RoleUse.Coded,
        _ => RoleUse.AsTyped,
    };

    private RoleUse OfNumbers(ViewColumn column, ColumnFacts facts)
    {
        bool isReal = column.Type.RawType == typeof(float) || column.Type.RawType == typeof(double);
        if (isReal && !facts.IsTold && (TellsIntervals || facts.Profile is null))
            return RoleUse.AsTyped;
        switch (facts.Role)
        {
            case ColumnRole.Constant or ColumnRole.YesNo or ColumnRole.Category when facts.HasHuge:
            case ColumnRole.Code:
            case ColumnRole.YesNo or ColumnRole.Category when facts.IsTold:
                return RoleUse.Categories;
            // Years are numbers as they stand, and so are seconds.
            case ColumnRole.Date when facts.Entry.Format != "yyyy":
            case ColumnRole.Timestamp when facts.Entry.Format != "epoch s":
            case ColumnRole.Duration or ColumnRole.Time when facts.IsTold:
                return RoleUse.Coded;
            case ColumnRole.Number when !isReal && facts.Entry.Step > 1 && facts.Profile!.Statistics.Distinct >= FewestOnLattice:
                return RoleUse.Coded;
            default:
                return RoleUse.AsTyped;
        }
    }

    private static void RefuseWrong(ViewColumn column, ColumnRole role)
    {
        bool isNumber = role is ColumnRole.Number or ColumnRole.Amount or ColumnRole.Empty or ColumnRole.Constant;
        bool fits = column.Type switch
        {
            VectorDataViewType => isNumber,
            BooleanDataViewType => role.IsCategorical() || isNumber,
            KeyDataViewType => role.IsCategorical() || role.IsIdentifying() || isNumber,
            TimeSpanDataViewType => role is ColumnRole.Duration or ColumnRole.Time,
            _ => column is not ITimeColumn || role is ColumnRole.Date or ColumnRole.Timestamp,
        };
        if (!fits)
            throw ColumnRefusal.Of(
                $"The option Roles says that column '{column.Name}' is of the role {role.ToName()}, which a column of the type " +
                $"{ColumnTypes.Describe(column.Type)} cannot have; convert the column before, or leave it out of Roles.");
    }
}
