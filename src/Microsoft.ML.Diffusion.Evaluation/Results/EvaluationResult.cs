namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>All that an evaluation of synthetic rows found: what <c>metrics.json</c> and the report say. A share, score or AUC lies
/// between 0 and 1; NaN (null in JSON) is a figure that is not defined for the table.</summary>
/// <param name="SchemaVersion">Version of the layout, <see cref="CurrentSchemaVersion"/>. Raised when a property changes its
/// meaning or goes away; not when one is added.</param>
/// <param name="Setup">What was compared.</param>
/// <param name="Verdicts">What it comes to, in plain words, the most important first.</param>
/// <param name="Utility">What the rows are worth to learn from; null where there was no label or no test table.</param>
/// <param name="Fidelity">How much the rows resemble the real ones.</param>
/// <param name="Columns">Every column's distribution, in the order of the table.</param>
/// <param name="Correlations">How strongly columns go together.</param>
/// <param name="Missingness">Which cells are missing together.</param>
/// <param name="Privacy">Whether the rows give the training rows away; null where there was no held-out table.</param>
public sealed record EvaluationResult(
    int SchemaVersion,
    EvaluationSetup Setup,
    IReadOnlyList<Verdict> Verdicts,
    UtilityResult? Utility,
    FidelityResult Fidelity,
    IReadOnlyList<ColumnDistribution> Columns,
    CorrelationComparison Correlations,
    MissingnessComparison Missingness,
    PrivacyResult? Privacy)
{
    /// <summary>The version that this library writes.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The figures that the tables do not define, each with its reason.</summary>
    public IReadOnlyList<UndefinedFigure> Undefined { get; init; } = [];

    /// <summary>The bound of differential privacy of the model that made the rows; null where there is none, or nobody named the
    /// model.</summary>
    public PromisedPrivacy? PromisedPrivacy { get; init; }

    /// <summary>The same result with what the model that made the rows promises, also in the verdict on privacy.</summary>
    /// <param name="promise">The bound; null where the model has none.</param>
    public EvaluationResult WithPromise(PromisedPrivacy? promise) =>
        this with { PromisedPrivacy = promise, Verdicts = Evaluation.Verdicts.WithPromise(Verdicts, promise) };

    /// <summary>What was compared, by which version, when and with what command; null where nobody said.</summary>
    public ResultOrigin? Origin { get; init; }
}
