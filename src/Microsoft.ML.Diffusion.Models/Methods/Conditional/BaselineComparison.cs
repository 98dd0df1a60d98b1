using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Fits simple imputers to the rows without the held-back cells and compares them with the blend on those.</summary>
internal static class BaselineComparison
{
    // Of a limited time, for one of them.
    private const double Share = 0.3;

    /// <summary>Compares.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="heldBack">The cells that all were fitted without.</param>
    /// <param name="blend">The blend's predictions of their rows, [rows, slots].</param>
    /// <param name="members">The members of the blend, which are scored alone too.</param>
    /// <param name="random">What is random about the baselines.</param>
    /// <param name="threads">How many to use; changes no bit.</param>
    /// <param name="deadline">When it has to be done.</param>
    /// <param name="cancel">Looked at every few milliseconds.</param>
    public static ImputationScore[] Run(
        EncodedRows rows,
        HeldBackCells heldBack,
        float[] blend,
        IEnumerable<(string Name, CellPredictor Predictor)> members,
        Philox random,
        int threads,
        TrainingDeadline deadline,
        CancellationToken cancel)
    {
        var scores = new HeldBackScores(rows, heldBack, blend);
        IEnumerable<(string Name, CellPredictor Predictor)> all =
            members.Concat(Baselines()).DistinctBy(other => other.Name, StringComparer.Ordinal);
        return [scores.Of("blend", blend), .. all.Select(other => scores.Of(other.Name, heldBack.Predict(other.Predictor, threads, cancel)))];

        IEnumerable<(string Name, CellPredictor Predictor)> Baselines()
        {
            EncodedRows rest = heldBack.Rest;
            yield return ("mean and mode", MeanPredictor.Fit(rest));
            yield return ("neighbors", NeighborPredictor.Fit(rest, new NeighborSettings(), random.Fork(2), cancel));
            var ridge = ChainedRidgePredictor.Fit(
                rest, new RidgeSettings(), random.Fork(3), threads, deadline.First(Share), cancel);
            yield return ("chained ridge", ridge);
            var gaussian = GaussianPredictor.Fit(
                rest, new GaussianSettings(), random.Fork(0), threads, deadline.First(Share), cancel);
            var forest = TreePredictor.Fit(
                rest, gaussian, TreeSettings.MissForest, random.Fork(1), threads, deadline.First(Share), cancel);
            yield return ("chained forest", forest);
        }
    }

    /// <summary>The scores as lines of text, and a sentence where a baseline wins.</summary>
    public static string Describe(IReadOnlyList<ImputationScore> scores, int cells)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Error on {cells} held-back cells (numbers after min-max scaling; share of right categories):");
        foreach (ImputationScore score in scores)
            text.Append(CultureInfo.InvariantCulture, $"\n  {score.Name,-20} {score.RootMeanSquaredError:F4} {score.Accuracy:P1}");
        foreach (ImputationScore score in scores.Where(score => score.IsBetterAtNumbers || score.IsBetterAtCategories))
        {
            string what = !score.IsBetterAtCategories ? "numbers" : !score.IsBetterAtNumbers ? "categories" : "numbers and categories";
            text.Append(CultureInfo.InvariantCulture, $"\n  On this table {score.Name} is better at {what}, by more than chance explains.");
        }
        return text.ToString();
    }
}
