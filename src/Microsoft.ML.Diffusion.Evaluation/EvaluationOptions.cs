using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>How to evaluate synthetic rows.</summary>
public sealed class EvaluationOptions
{
    /// <summary>What the label is. Null (the default) finds out: Boolean, key and text are classes, and so are numbers with at most 20
    /// different
    /// values, all whole; two classes are <see cref="LabelTask.Binary"/>.</summary>
    public LabelTask? Task { get; set; }

    /// <summary>Where no test rows are given: the share of the real rows, above 0 and below 1, that is split off by chance to test models
    /// on; they are not trained on. The synthetic rows may have been learnt from these rows too, so that of privacy only exact
    /// copies are counted, and <see cref="EvaluationSetup.TestSplit"/> says so. Null (the default): no rows are split off, and no
    /// utility is measured without test rows.</summary>
    public double? TestFraction { get; set; }

    /// <summary>How many times each training is repeated, with other random numbers, another order of the rows and, where there are more
    /// synthetic rows than real ones, other synthetic rows. Default: 3.</summary>
    public int Seeds { get; set; } = 3;

    /// <summary>How many synthetic rows the augmentation sweep adds to the real ones (MedDiff, figure 7); numbers beyond the synthetic
    /// rows there are are left out. Empty: no sweep.</summary>
    public IReadOnlyList<int> AugmentationRows { get; set; } = [0, 500, 1000, 2000, 4000];

    /// <summary>Whether to measure what the figures are held against: halves of the real rows and SMOTE. Default: true. Real rows are a
    /// yardstick anyway.</summary>
    public bool Yardsticks { get; set; } = true;

    /// <summary>How many rows of each kind the detection figures are trained on at most, drawn at random. Default: 10,000.</summary>
    public int MaxDetectionRows { get; set; } = 10_000;

    /// <summary>Decides which rows are sampled. Null: the seed of the MLContext, or 0.</summary>
    public int? Seed { get; set; }

    /// <summary>What columns are, where that is known; the others are found out from the real training rows. Columns that name rows or
    /// people (<see cref="RoleNames.IsIdentifying"/>) are left out of the comparison. Null: nothing is known.</summary>
    public ColumnRoles? Columns { get; set; }

    /// <summary>Told how far it has come; may be null.</summary>
    public IProgress<EvaluationProgress>? Progress { get; set; }

    /// <summary>Stops between two trainings, and within a second elsewhere.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>What models say of the test rows, by the number of the training, where other processes have trained them.</summary>
    internal IReadOnlyDictionary<int, float[]>? Answers { get; set; }

    internal void Validate()
    {
        Require(Seeds >= 1, nameof(Seeds), Seeds, "1 or more");
        Require(MaxDetectionRows >= 10, nameof(MaxDetectionRows), MaxDetectionRows, "10 or more");
        Require(TestFraction is null or (> 0 and < 1), nameof(TestFraction), TestFraction, "above 0 and below 1");
        Require(Task is null || Enum.IsDefined(Task.Value), nameof(Task), Task, "Binary, Multiclass or Regression, or null to find it out");
        Require(AugmentationRows is not null, nameof(AugmentationRows), null, "a list of numbers of rows, empty for no sweep");
        Require(AugmentationRows!.All(rows => rows >= 0), nameof(AugmentationRows), AugmentationRows!.DefaultIfEmpty().Min(), "0 or more");
    }

    private static void Require(bool isMet, string name, object? value, string expected)
    {
        if (!isMet)
            throw new ArgumentOutOfRangeException(name, value, $"The option {name} must be {expected}.");
    }
}
