using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.PrivateColumns;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>What an estimator must not do where the method promises differential privacy: look at rows past the method's budget.</summary>
internal static class PrivateTraining
{
    /// <summary>Whether a method promises it.</summary>
    public static bool Is(DiffusionSynthesizeEstimator.Options options) => Of(options.Method) is not null;

    /// <summary>The options of a method that promises it; null of another one.</summary>
    public static IPrivateOptions? Of(GeneratorOptions method) => method is IPrivateOptions { Budget: not null } own ? own : null;

    /// <summary>The same options without what is found from rows in the clear: relations, roles, keys that avoid those of the rows, and the
    /// choice of the most frequent categories.</summary>
    /// <exception cref="ArgumentException">Something was asked for that cannot be done without.</exception>
    public static void Restrict(DiffusionSynthesizeEstimator.Options options)
    {
        if (options.Rules.Length > 0)
            throw new ArgumentException(
                "Rules are checked against the rows, and what they break would be known; with a privacy budget there can be none.",
                nameof(options));
        if (options.Roles is not null)
            throw new ArgumentException(
                "Roles say how the cells of the rows are written; with a privacy budget give columns of numbers and texts, and their " +
                "Domains.",
                nameof(options));
        if (options.Checkpoint is not null || options.Exchange is not null)
        {
            throw new ArgumentException(
                "A training that goes on from a checkpoint, or on several machines, would draw other noise; with a privacy budget there " +
                "can be neither.",
                nameof(options));
        }
        (options.InferRoles, options.FindRelations) = (false, false);
        (options.Keys, options.PersonalTexts) = (IdentifierHandling.LeaveEmpty, IdentifierHandling.LeaveEmpty);
        options.MaxCategories = int.MaxValue;
    }

    /// <summary>Refuses columns whose form is found from the rows, and declares the domains that a type has.</summary>
    /// <exception cref="ArgumentException">There is such a column.</exception>
    public static void Prepare(IPrivateOptions options, ViewColumn[] columns)
    {
        if (Array.Find(columns, column => column is ITimeColumn) is { } time)
        {
            throw ColumnRefusal.Of(
                $"Column '{time.Name}' is {ColumnTypes.Describe(time.Type)}, whose range and units are found from the rows; with a " +
                "privacy budget it has to be a number, such as days since a date.");
        }

        if (Array.Find(columns, column => column.Type is KeyDataViewType) is { } key)
        {
            throw ColumnRefusal.Of(
                $"Column '{key.Name}' is {ColumnTypes.Describe(key.Type)}, and its values are those that the rows have; with a privacy " +
                "budget it has to be text (MapKeyToValue).");
        }

        ViewColumn[] owners = RowConditions.OwnersOf(columns);
        TableColumn[] made = [.. columns.SelectMany(column => column.TableColumns)];
        List<string> domains = [];
        HashSet<ViewColumn> declared = [];
        foreach (string text in options.Domains)
        {
            (int place, string domain) = DeclaredDomains.Split(text, made);
            declared.Add(owners[place]);
            // The codes of False and True are 0 and 1 whatever the order in which somebody names them.
            if (owners[place] is BooleanColumn truth)
                RefuseOtherThanBoth(text, domain, truth.Name);
            domains.Add(owners[place] is BooleanColumn both ? DomainOf(both) : text);
        }
        options.Domains = [.. domains, .. columns.OfType<BooleanColumn>().Where(column => !declared.Contains(column)).Select(DomainOf)];
    }

    /// <summary>Forgets the categories that were read, but for those that the model may make.</summary>
    /// <param name="columns">The columns of the view.</param>
    /// <param name="made">The columns of the model.</param>
    public static void TakeCategories(ViewColumn[] columns, IReadOnlyList<TableColumn> made)
    {
        int place = 0;
        foreach (ViewColumn column in columns)
        {
            if (column.Width == 1)
                column.TakeCategories(made[place].Categories);
            place += column.Width;
        }
    }

    private static string DomainOf(BooleanColumn column) => $"{column.Name}={bool.FalseString}|{bool.TrueString}";

    private static void RefuseOtherThanBoth(string text, string domain, string column)
    {
        bool?[] values = [.. domain.Split('|').Select(TruthOf)];
        if (values.Length == 2 && values.Contains(true) && values.Contains(false))
            return;
        throw ColumnRefusal.Of(
            $"The domain '{text}' is of column '{column}', which is Boolean and has both False and True, each once; declare " +
            $"{column}=False|True, or nothing, which means the same.");
    }

    // Null where a text is none of both.
    private static bool? TruthOf(string text) => text.Trim() switch
    {
        "0" => false,
        "1" => true,
        _ => bool.TryParse(text, out bool value) ? value : null,
    };
}
