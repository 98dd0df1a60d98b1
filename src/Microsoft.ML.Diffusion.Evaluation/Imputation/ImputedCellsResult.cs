using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>How well the hidden cells of a table were filled in by somebody whose filled tables are all there is. NaN (null in JSON) is a
/// figure
/// that is not defined; <see cref="Undefined"/> says why.</summary>
/// <param name="SchemaVersion">Version of the layout of the JSON, <see cref="CurrentSchemaVersion"/>.</param>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Files">How many filled tables: one best guess, or several draws.</param>
/// <param name="HiddenCells">Cells that are missing in the table with holes and have a true value.</param>
/// <param name="FilledCells">Those that every filled table has a value for; only they are judged.</param>
/// <param name="FilledShare">Their share of the hidden cells, 0 to 1.</param>
/// <param name="ChangedCells">Cells that were not missing and differ in a filled table.</param>
/// <param name="RootMeanSquaredError">Of all judged numbers, each column scaled by the minimum and maximum of its true values.</param>
/// <param name="MeanAbsoluteError">Likewise.</param>
/// <param name="RankCorrelation">Mean of <see cref="ImputedCellsColumn.RankCorrelation"/> over columns, weighted by their judged
/// cells.</param>
/// <param name="MeanAbsoluteLogError">Mean of <see cref="ImputedCellsColumn.MeanAbsoluteLogError"/> over the columns that have one,
/// weighted by their judged cells: numbers that are spread over many powers of ten count in it as others do.</param>
/// <param name="Accuracy">Share of all judged categories that are right, 0 to 1.</param>
/// <param name="IntervalCoverage">Share of the judged numbers within the 5 % and 95 % quantiles of the draws; near 0.9 where draws are
/// honest.</param>
/// <param name="Crps">Continuous ranked probability score of the draws (Gneiting and Raftery 2007, equation 20), of numbers scaled
/// likewise; 0 is
/// best.</param>
/// <param name="Columns">Every column with a hidden cell.</param>
/// <param name="Undefined">The figures that are not defined, each with its reason.</param>
public sealed record ImputedCellsResult(
    int SchemaVersion,
    int Rows,
    int Files,
    int HiddenCells,
    int FilledCells,
    double FilledShare,
    int ChangedCells,
    double RootMeanSquaredError,
    double MeanAbsoluteError,
    double RankCorrelation,
    double MeanAbsoluteLogError,
    double Accuracy,
    double IntervalCoverage,
    double Crps,
    IReadOnlyList<ImputedCellsColumn> Columns,
    IReadOnlyList<UndefinedFigure> Undefined)
{
    /// <summary>The version that this library writes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>What was compared, by which version, when and with what command; null where nobody said.</summary>
    public ResultOrigin? Origin { get; init; }
}
