using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Inspection;

/// <summary>A saved model in words.</summary>
internal static class ModelDescription
{
    private const int LongestName = 40, MostValues = 4;

    /// <param name="path">The model file.</param>
    /// <exception cref="InputException">It is no model of ours, or damaged.</exception>
    public static string Of(string path)
    {
        (ITransformer transformer, DataViewSchema schema, var formats, _) = ImputationModelFile.ReadAny(path);
        ITransformer[] stages = transformer is IEnumerable<ITransformer> several ? [.. several] : [transformer];
        var text = new StringBuilder();
        bool isKnown = false;
        foreach (ITransformer stage in stages)
        {
            isKnown |= stage is DiffusionImputeTransformer or DiffusionSynthesizeTransformer or DiffusionAugmentTransformer
                or DiffusionImputeSeriesTransformer or DiffusionSegmentationTransformer;
            switch (stage)
            {
                case DiffusionImputeTransformer impute:
                    Imputation(text, path, impute, formats);
                    break;
                case DiffusionSynthesizeTransformer synthesize:
                    Generation(text, path, synthesize, formats);
                    break;
                case DiffusionAugmentTransformer { Model: { } augment }:
                    Generation(text, path, augment, formats);
                    break;
                case DiffusionImputeSeriesTransformer series:
                    Series(text, path, series);
                    break;
                case DiffusionSegmentationTransformer segmentation:
                    Segmentation(text, path, segmentation);
                    break;
            }
        }

        if (isKnown)
            return text.ToString();
        string columns = string.Join(", ", schema.Select(column => column.Name).Take(MostValues));
        throw new InputException(
            $"{path} is an ML.NET model of something else (it reads {columns}); one of DiffusionImpute, DiffusionSynthesize, " +
            "DiffusionImputeSeries or DiffusionSegmentation was expected.");
    }

    private static void Imputation(
        StringBuilder text, string path, DiffusionImputeTransformer model, IReadOnlyDictionary<string, CellFormat> formats)
    {
        TableImputer imputer = model.Model;
        Line(text, $"{path}: fills in missing values of tables, {imputer.Method.Title} ({imputer.Method.Name})");
        var filled = model.Columns.Select(pair => pair.InputColumnName).ToHashSet(StringComparer.Ordinal);
        Columns(text, imputer.Columns, model.Roles, formats, column => IsOf(column.Name, filled) ? "filled" : "read");
        text.AppendLine();
        string draws = imputer.CanDraw ? "yes" : "no, best guesses alone";
        Line(text, $"Draws: {draws}. Intervals: {(imputer.IsCalibrated ? "yes, calibrated" : "no")}.");
        if (imputer.Members.Count > 0)
        {
            Line(text, $"The best guess is a weighted mean of:");
            foreach (BlendMember member in imputer.Members)
                Line(text, $"  {member.Name}: {member.NumberWeight:P0} of numbers, {member.CategoryWeight:P0} of categories");
        }

        if (imputer.Scores.Count > 0)
        {
            Line(text, $"On cells that were hidden while training (root mean squared error of scaled numbers; accuracy of categories):");
            foreach (ImputationScore score in imputer.Scores)
                Line(text, $"  {score.Name}: {Figure(score.RootMeanSquaredError, "F4")}; {Figure(score.Accuracy, "P1")}");
        }

        Relations(text, model.Relations);
    }

    private static void Generation(
        StringBuilder text, string path, DiffusionSynthesizeTransformer model, IReadOnlyDictionary<string, CellFormat> formats)
    {
        Line(text, $"{path}: makes rows of tables, {model.Method?.Title} ({model.Method?.Name})");
        if (model.Privacy is { } privacy)
            Privacy(text, privacy);
        Columns(text, model.Columns, model.Roles, formats, column => "made");
        Relations(text, model.Relations);
    }

    private static void Privacy(StringBuilder text, PrivacyStatement privacy)
    {
        Line(text, $"Differential privacy: epsilon {privacy.Budget.Epsilon:G6}, delta {privacy.Budget.Delta:G6}, of a row more or less.");
        if (privacy.HasKnownNoise)
            Line(text, $"The noise came from a seed: whoever knows it can take the noise away, and nothing is promised.");
        Line(text, $"As zero-concentrated privacy: rho {privacy.Rho:G4}, of which were spent:");
        foreach (PrivacyExpense expense in privacy.Expenses)
            Line(text, $"  {expense.Purpose}: {expense.Rho:G4} ({expense.Rho / privacy.Rho:P1})");
        if (privacy.ThresholdDelta > 0)
            Line(text, $"  thresholds of categories: delta {privacy.ThresholdDelta:G3}");
        if (privacy.Gradients is { } noise)
        {
            Line(text, $"Gradients of the network: {noise.Steps} steps, each row in one with probability {noise.SamplingRate:G4},");
            Line(text, $"  of norm {noise.ClippingNorm:G4} at most, noise {noise.Multiplier:G4} times that.");
        }

        Line(text, $"All together: epsilon {privacy.SpentEpsilon:G4}.");
    }

    private static void Series(StringBuilder text, string path, DiffusionImputeSeriesTransformer model)
    {
        Line(text, $"{path}: fills in time series, {model.Model.Method.Title} ({model.Model.Method.Name})");
        Line(text, $"Series: {model.GroupColumn ?? "one, or one a row"}. Times: {model.OrderColumn ?? "steps that are one apart"}.");
        bool isCausal = model.Model.Direction == Diffusion.Series.Imputation.SeriesDirection.Causal;
        Line(text, $"Looks at: {(isCausal ? "a step and those before it" : "all steps")}.");
        Line(text, $"Intervals: {(model.Model.HasUncertainty ? "yes" : "no")}. Numbers of a whole series: {model.Model.Statics}.");
        Line(text, $"Variables: {string.Join(", ", model.Columns.Select(pair => pair.InputColumnName))}");
    }

    private static void Segmentation(StringBuilder text, string path, DiffusionSegmentationTransformer model)
    {
        Line(text, $"{path}: tells the class of every pixel of pictures");
        string colours = model.Channels == 1 ? "grey" : "in colours";
        Line(text, $"Pictures: {model.Width} x {model.Height} pixels in training, {colours}.");
        Line(text, $"Classes, from 0: {string.Join(", ", model.ClassNames)}");
        Line(text, $"Reads {model.ImageColumn}, and gives {model.OutputColumn}.");
    }

    private static void Columns(
        StringBuilder text,
        IReadOnlyList<TableColumn> columns,
        ColumnRoles? roles,
        IReadOnlyDictionary<string, CellFormat> formats,
        Func<TableColumn, string> use)
    {
        text.AppendLine();
        int names = Math.Clamp(columns.Select(column => column.Name.Length).DefaultIfEmpty(0).Max(), 6, LongestName);
        Line(text, $"{"column".PadRight(names)}  {"role",-9}  {"use",-6}  values");
        foreach (TableColumn column in columns)
        {
            ColumnEntry? entry = formats.GetValueOrDefault(column.Name)?.Entry ?? roles?.Find(column.Name);
            string role = entry?.Role.ToName() ?? (column.Kind == ColumnKind.Numeric ? "number" : "category");
            string name = column.Name.Length <= names ? column.Name.PadRight(names) : column.Name[..(names - 3)] + "...";
            Line(text, $"{name}  {role,-9}  {use(column),-6}  {Values(column, entry)}");
        }
    }

    private static string Values(TableColumn column, ColumnEntry? entry)
    {
        if (entry is { Min: { } least, Max: { } most })
            return $"{least} to {most}";
        if (column.Categories.Count == 0)
            return string.Empty;
        string rest = column.Categories.Count > MostValues ? $", ... ({column.Categories.Count})" : string.Empty;
        return string.Join(", ", column.Categories.Take(MostValues)) + rest;
    }

    private static void Relations(StringBuilder text, IReadOnlyList<Relation> relations)
    {
        if (relations.Count == 0)
            return;
        text.AppendLine();
        Line(text, $"Relations that every row keeps:");
        foreach (Relation relation in relations)
            Line(text, $"  {relation}");
    }

    // A slot of a vector column is named after it, with its place in brackets.
    private static bool IsOf(string name, HashSet<string> columns) =>
        columns.Contains(name) || (name.IndexOf('[') is > 0 and int bracket && columns.Contains(name[..bracket]));

    private static string Figure(double value, string format) =>
        double.IsNaN(value) ? "-" : value.ToString(format, CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) =>
        text.AppendLine(Printable.Line(line.ToString(CultureInfo.InvariantCulture)).TrimEnd());
}
