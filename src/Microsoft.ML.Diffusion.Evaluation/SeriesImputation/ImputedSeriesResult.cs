using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>How well the hidden cells of time series were filled in, whoever filled them. NaN (null in JSON) is a figure that is not
/// defined; <see cref="Undefined"/> says why.</summary>
/// <param name="SchemaVersion">Version of the layout of the JSON, <see cref="CurrentSchemaVersion"/>.</param>
/// <param name="Rows">Rows of the view, each a step of a series.</param>
/// <param name="Series">How many series there are.</param>
/// <param name="Order">The name of the column of times.</param>
/// <param name="Files">How many filled views: one best guess, or several draws.</param>
/// <param name="ChangedCells">Cells that were not missing and differ in a filled view.</param>
/// <param name="Figures">All hidden cells together.</param>
/// <param name="Variables">Every variable with a hidden cell.</param>
/// <param name="Gaps">By the length of gaps, the shortest first; lengths that do not occur are left out.</param>
/// <param name="Curves">Some series and variables to be drawn, chosen at equal steps of their error.</param>
/// <param name="Undefined">The figures that are not defined, each with its reason.</param>
public sealed record ImputedSeriesResult(
    int SchemaVersion,
    int Rows,
    int Series,
    string Order,
    int Files,
    long ChangedCells,
    ImputedSeriesFigures Figures,
    IReadOnlyList<ImputedSeriesVariable> Variables,
    IReadOnlyList<ImputedSeriesGap> Gaps,
    IReadOnlyList<ImputedSeriesCurve> Curves,
    IReadOnlyList<UndefinedFigure> Undefined)
{
    /// <summary>The version that this library writes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>What was compared, by which version, when and with what command; null where nobody said.</summary>
    public ResultOrigin? Origin { get; init; }
}
