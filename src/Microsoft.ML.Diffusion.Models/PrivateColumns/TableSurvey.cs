using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.PrivateColumns;

/// <summary>What was found out about the columns of a table under a part of a privacy budget: bins, categories and how often each
/// is.</summary>
/// <param name="Columns">One by one.</param>
/// <param name="Ledger">What was spent, and what is left.</param>
/// <param name="Rho">All that the ledger had.</param>
/// <param name="ThresholdDelta">The part of delta that was spent on finding categories.</param>
internal sealed record TableSurvey(ColumnSurvey[] Columns, PrivacyLedger Ledger, double Rho, double ThresholdDelta)
{
    /// <summary>Finds out.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="domains">What was declared.</param>
    /// <param name="budget">The bound for all that is done with the rows.</param>
    /// <param name="ledgerShare">How much of it the ledger has.</param>
    /// <param name="columnsShare">How much of the ledger the columns may cost together.</param>
    /// <param name="bins">The most bins of a number.</param>
    /// <param name="label">The column that is to be learned from made rows; null for none.</param>
    /// <param name="noise">Where noise comes from.</param>
    /// <param name="cancel">Looked at for every column.</param>
    /// <exception cref="InvalidDataException">A domain is none, or noise hides the range of a column or all categories of the
    /// label.</exception>
    public static TableSurvey Of(
        ITableRows rows, IEnumerable<string> domains, PrivacyBudget budget, double ledgerShare, double columnsShare, int bins,
        int? label, NoiseSource noise, CancellationToken cancel)
    {
        var declared = new DeclaredDomains(domains, rows.Columns);
        int finding = Enumerable.Range(0, rows.Columns.Count)
            .Count(i => rows.Columns[i].Kind == ColumnKind.Categorical && declared.CategoriesOf(i) is null);
        double thresholdDelta = finding == 0 ? 0 : budget.Delta / 2;
        double rho = ledgerShare * new PrivacyBudget(budget.Epsilon, budget.Delta - thresholdDelta).ToRho();
        var ledger = new PrivacyLedger(rho, noise);
        ColumnSurvey[] columns = new ColumnSurvey[rows.Columns.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            columns[i] = ColumnSurvey.Of(
                rows, i, declared, ledger, columnsShare * rho / columns.Length, thresholdDelta / Math.Max(1, finding), bins);
        }
        RequireFound(columns, label);
        return new TableSurvey(columns, ledger, rho, thresholdDelta);
    }

    /// <summary>What a person should know of columns of which no category was found; null for nothing.</summary>
    public string? Warning => Columns.Where(column => !column.IsFound).Select(NameOf).ToArray() is { Length: > 0 } hidden
        ? $"The noise hides every category of {string.Join(", ", hidden)}: too few rows have any of them for this privacy budget, so " +
            "their cells stay empty. Declare their categories as domains, or take a larger epsilon."
        : null;

    // Which columns these are, noisy counts tell: to say it costs no more than was spent.
    private static void RequireFound(ColumnSurvey[] columns, int? label)
    {
        string[] hidden = [.. columns.Where((column, i) => !column.IsFound && (IsNumber(column) || i == label)).Select(NameOf)];
        if (hidden.Length == 0)
            return;
        throw new InvalidDataException(
            $"The noise hides the values of {string.Join(", ", hidden)}: there are too few rows to find them under this privacy budget. " +
            "Declare them as domains, such as age=0..120 or sex=Female|Male, leave these columns out, or take a larger epsilon. " +
            "This attempt has spent its epsilon and delta too.");
    }

    private static bool IsNumber(ColumnSurvey column) => column.States.Column.Kind == ColumnKind.Numeric;

    private static string NameOf(ColumnSurvey column) => $"'{column.States.Column.Name}'";
}
