namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Batch normalisation (Ioffe and Szegedy 2015): each column over the rows of the batch to mean 0 and variance 1, then a gain
/// and a bias; without training by moving averages of mean and variance (<see cref="Tape.BatchNorm"/>).</summary>
/// <remarks>The moving averages are parameters of the state, to which no gradient flows: an optimizer without weight decay leaves them as
/// they are.</remarks>
public sealed class BatchNorm : Module
{
    /// <summary>Creates the layer with gain one and bias zero, for a mean of 0 and a variance of 1.</summary>
    /// <param name="columns">Columns of what goes in.</param>
    public BatchNorm(int columns)
    {
        Gain = AddParameter("weight", new Shape(columns));
        Bias = AddParameter("bias", new Shape(columns));
        RunningMean = AddParameter("running_mean", new Shape(columns));
        RunningVariance = AddParameter("running_var", new Shape(columns));
        Initializer.Constant(Gain, 1);
        Initializer.Constant(RunningVariance, 1);
    }

    /// <summary>[columns].</summary>
    public Parameter Gain { get; }

    /// <summary>[columns].</summary>
    public Parameter Bias { get; }

    /// <summary>[columns]: the moving averages of the means.</summary>
    public Parameter RunningMean { get; }

    /// <summary>[columns]: the moving averages of the variances.</summary>
    public Parameter RunningVariance { get; }

    /// <summary>Normalises.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows, columns].</param>
    public Tensor Forward(Tape tape, Tensor x) => tape.BatchNorm(x, Gain, Bias, RunningMean, RunningVariance);
}
