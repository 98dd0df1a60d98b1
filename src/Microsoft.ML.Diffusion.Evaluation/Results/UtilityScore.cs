using Microsoft.ML.Diffusion.Evaluation.Yardsticks;
using Microsoft.ML.Diffusion.Models.Methods.Smote;

namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>One trainer, trained on one kind of rows, judged by one metric on held-out real rows.</summary>
/// <param name="Trainer">Name of the trainer; "constant" always predicts the most frequent class or the mean.</param>
/// <param name="TrainedOn">One of <see cref="Real"/>, <see cref="Synthetic"/>, <see cref="Both"/>, or a yardstick:
/// <see cref="HalfOfReal"/>, <see cref="Smote"/>, <see cref="Cart"/>.</param>
/// <param name="Rows">How many rows it was trained on.</param>
/// <param name="Metric">"accuracy", "auc" (one class against the rest, averaged over classes, where there are more than two), "f1Binary"
/// (of the
/// positive class), "f1Macro", "f1Weighted" (sum_i f1_i (1 - p_i) / (K - 1) with p_i the share of class i in the test rows: MissDiff's),
/// "r2"
/// or "rmse".</param>
/// <param name="Mean">Mean over the seeds.</param>
/// <param name="StandardDeviation">Over the seeds, with n - 1 in the denominator; NaN for a single one.</param>
public sealed record UtilityScore(string Trainer, string TrainedOn, int Rows, string Metric, double Mean, double StandardDeviation)
{
    /// <summary>Trained on the real rows.</summary>
    public const string Real = "real";

    /// <summary>Trained on the synthetic rows.</summary>
    public const string Synthetic = "synthetic";

    /// <summary>Trained on the real and the synthetic rows together.</summary>
    public const string Both = "real+synthetic";

    /// <summary>A yardstick: trained on a random half of the real rows.</summary>
    public const string HalfOfReal = "half of real";

    /// <summary>A yardstick: trained on rows made by SMOTE (<see cref="SmoteGenerator"/>), as many as there are real ones.</summary>
    public const string Smote = "smote";

    /// <summary>A yardstick: trained on rows made by sequential CART (<see cref="SequentialCart"/>), as many as there are
    /// real ones.</summary>
    public const string Cart = "cart";
}
