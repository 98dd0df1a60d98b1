namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>A loss that boosting lowers: a number of scores a row, their negative gradients and their second derivatives.</summary>
internal abstract class Objective
{
    protected Objective(float[] labels, float[] weights)
    {
        Labels = labels;
        Weights = weights;
    }

    protected float[] Labels { get; }

    /// <summary>Null if all rows count the same.</summary>
    protected float[] Weights { get; }

    /// <summary>Trees a round: one, or one a class.</summary>
    public virtual int ScoresPerRow => 1;

    public int RowCount => Labels.Length;

    /// <summary>The best constant score.</summary>
    public abstract double Start(int score);

    /// <param name="scores">One array a score, each as long as there are rows.</param>
    public abstract void Derive(double[][] scores, int score, float[] gradients, float[] hessians);

    protected double Weight(int row) => Weights == null ? 1 : Weights[row];

    protected double WeightedMean(Func<float, double> of)
    {
        double sum = 0, total = 0;
        for (int row = 0; row < Labels.Length; row++)
        {
            sum += Weight(row) * of(Labels[row]);
            total += Weight(row);
        }
        return sum / total;
    }
}

/// <summary>Half the squared error.</summary>
internal sealed class SquaredObjective(float[] labels, float[] weights) : Objective(labels, weights)
{
    public override double Start(int score) => WeightedMean(label => label);

    public override void Derive(double[][] scores, int score, float[] gradients, float[] hessians)
    {
        for (int row = 0; row < RowCount; row++)
        {
            double weight = Weight(row);
            gradients[row] = (float)(weight * (Labels[row] - scores[score][row]));
            hessians[row] = (float)weight;
        }
    }
}

/// <summary>Log-loss of two classes, labels 0 and 1; the score is the log-odds.</summary>
internal sealed class LogisticObjective(float[] labels, float[] weights) : Objective(labels, weights)
{
    public override double Start(int score)
    {
        double positive = Math.Clamp(WeightedMean(label => label), 1e-6, 1 - 1e-6);
        return Math.Log(positive / (1 - positive));
    }

    public override void Derive(double[][] scores, int score, float[] gradients, float[] hessians)
    {
        double[] of = scores[score];
        for (int row = 0; row < RowCount; row++)
        {
            double weight = Weight(row);
            double probability = 1 / (1 + Math.Exp(-of[row]));
            gradients[row] = (float)(weight * (Labels[row] - probability));
            hessians[row] = (float)(weight * probability * (1 - probability));
        }
    }
}

/// <summary>Log-loss of several classes, labels 0 to K - 1, through the softmax of K scores.</summary>
internal sealed class SoftmaxObjective(float[] labels, float[] weights, int classCount) : Objective(labels, weights)
{
    public override int ScoresPerRow => classCount;

    public override double Start(int score) => Math.Log(Math.Max(WeightedMean(label => label == score ? 1 : 0), 1e-6));

    public override void Derive(double[][] scores, int score, float[] gradients, float[] hessians)
    {
        // The diagonal of the Hessian, widened by K / (K - 1) since the K scores have one degree of freedom too many.
        double widen = classCount / Math.Max(classCount - 1.0, 1);
        for (int row = 0; row < RowCount; row++)
        {
            double largest = double.NegativeInfinity, sum = 0;
            for (int k = 0; k < classCount; k++)
                largest = Math.Max(largest, scores[k][row]);
            for (int k = 0; k < classCount; k++)
                sum += Math.Exp(scores[k][row] - largest);
            double weight = Weight(row);
            double probability = Math.Exp(scores[score][row] - largest) / sum;
            gradients[row] = (float)(weight * ((Labels[row] == score ? 1 : 0) - probability));
            hessians[row] = (float)(weight * widen * probability * (1 - probability));
        }
    }
}
