using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers.Learner;

// Fits scores that are linear in the features; rows with a missing feature are left out.
internal static class LinearFit
{
    // The penalties, of the number of rows, are the weights of the L1 norm and of half the L2 norm next to the sum of the losses.
    public static (float[] Weights, float Bias)[] Solve(IDataView data, LabelKind kind, SchemaShape.Column feature, SchemaShape.Column label,
        SchemaShape.Column weight, Func<int, (double L1, double L2)> penalties, OrthantWiseLbfgs solver)
    {
        TrainingData rows = TrainingData.Read(data, kind, feature, label, weight, wholeRowsOnly: true);
        LinearLoss loss = kind switch
        {
            LabelKind.Binary => LinearLoss.Logistic,
            LabelKind.Multiclass => LinearLoss.Softmax,
            _ => LinearLoss.Squared,
        };
        (double l1, double l2) = penalties(rows.Labels.Length);
        return new LinearProblem(loss, rows.Rows, rows.Labels, rows.Weights, rows.ClassCount, l1, l2).Solve(solver);
    }
}
