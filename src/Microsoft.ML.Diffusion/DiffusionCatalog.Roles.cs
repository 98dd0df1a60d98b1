using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML;

public static partial class DiffusionCatalog
{
    /// <summary>Finds out what the columns of a view are: numbers, amounts, dates, codes, keys. Look at what was found, correct it with
    /// <see cref="ColumnRoles.With(string, ColumnRole)"/>, and give it to an estimator as its option Roles.</summary>
    /// <remarks>A view says more than a text file: a vector is a vector of numbers, a Boolean is yes or no, and a DateTime a date. What a
    /// text or a whole number is, its cells say, as in <c>mldiffusion describe</c>; the file columns.json is the same.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="view">The view; read once.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>An entry for each visible column of a type that can be learnt from, with the reason for its role.</returns>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    /// <example><code>
    /// ColumnRoles roles = ml.Data.InferColumnRoles(rows);
    /// Console.WriteLine(roles["Visit"].Reason);   // all cells are dd.MM.yyyy, from 02.01.2019 to 25.11.2023, Monday to Friday: dates
    /// roles = roles.With("Zip", ColumnRole.Code);
    /// roles.Save("columns.json");
    /// var estimator = ml.Transforms.DiffusionImpute(["Visit", "Zip"], new() { Roles = roles });
    /// </code></example>
    public static ColumnRoles InferColumnRoles(this DataOperationsCatalog catalog, IDataView view, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(view);
        HostAccess.EnvironmentOf(catalog);
        DataViewSchema.Column[] sources = [.. view.Schema.Where(column => !column.IsHidden && ColumnTypes.CanBeGenerated(column.Type))];
        return TableReader.FindRoles(view, sources, [.. sources.Select(ViewColumn.ToGenerate)], cancel);
    }
}
