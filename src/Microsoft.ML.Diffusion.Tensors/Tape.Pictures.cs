using static Microsoft.ML.Diffusion.Tensors.Guard;

namespace Microsoft.ML.Diffusion.Tensors;

/// <content>The operations over pictures: [pictures times height times width, channels], a pixel's channels side by side, pixels line after
/// line.</content>
public abstract partial class Tape
{
    /// <summary>A convolution of 3 x 3 pixels with zeros around the picture, which keeps its size.</summary>
    /// <param name="x">[pictures times height times width, inputs].</param>
    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <param name="weight">[9 times inputs, outputs]: the pixel above and to the left first, then on along the line, then the next
    /// line.</param>
    /// <param name="bias">[outputs], or none.</param>
    /// <param name="residual">[pictures times height times width, outputs], added to the result; or none.</param>
    /// <returns>[pictures times height times width, outputs].</returns>
    public abstract Tensor Convolution2d(Tensor x, int height, int width, Parameter weight, Parameter? bias, Tensor? residual = null);

    private protected static Shape CheckConvolution2d(
        Tensor x, int height, int width, Parameter weight, Parameter? bias, Tensor? residual)
    {
        RequirePictures(x, height, width);
        Shape shape = x.Shape.WithColumns(weight.Shape.Columns);
        Require(
            weight.Shape.Rank == 2 && 9L * x.Columns == weight.Shape.Rows,
            $"x is {x.Shape} and the weight {weight.Shape}: the weight needs 9 times the columns of x as rows.");
        RequireBias(bias, weight);
        RequireSize(residual, shape, "residual");
        return shape;
    }

    /// <summary>Two convolutions of 3 x 3 pixels over pictures of one channel, with ReLU between them: from one channel to some filters,
    /// and back to one. An engine may do both without keeping what the filters say.</summary>
    /// <param name="x">[pictures times height times width, 1].</param>
    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <param name="first">[9, filters], as in <see cref="Convolution2d"/>.</param>
    /// <param name="firstBias">[filters].</param>
    /// <param name="second">[9 times filters, 1].</param>
    /// <param name="secondBias">[1].</param>
    /// <returns>[pictures times height times width, 1].</returns>
    public virtual Tensor ConvolutionPair2d(
        Tensor x, int height, int width, Parameter first, Parameter firstBias, Parameter second, Parameter secondBias)
    {
        CheckConvolutionPair2d(x, height, width, first, firstBias, second, secondBias);
        Tensor filtered = Apply(Convolution2d(x, height, width, first, firstBias), Activation.ReLU);
        return Convolution2d(filtered, height, width, second, secondBias);
    }

    private protected static void CheckConvolutionPair2d(
        Tensor x, int height, int width, Parameter first, Parameter firstBias, Parameter second, Parameter secondBias)
    {
        CheckConvolution2d(x, height, width, first, firstBias, null);
        Require(
            x.Columns == 1 && second.Shape.Rank == 2 && second.Shape.Columns == 1 && second.Shape.Rows == first.Shape.Count,
            $"x is {x.Shape}, the weights {first.Shape} and {second.Shape}: x needs one column, and the second weight one column and as " +
            $"many rows as the first has elements.");
        RequireBias(secondBias, second);
    }

    /// <summary>The mean of each block of 2 x 2 pixels.</summary>
    /// <param name="x">[pictures times height times width, channels].</param>
    /// <param name="height">Lines of a picture; even.</param>
    /// <param name="width">Pixels of a line; even.</param>
    /// <returns>[pictures times height / 2 times width / 2, channels].</returns>
    public abstract Tensor MeanPool2d(Tensor x, int height, int width);

    /// <summary>Each pixel as a block of 2 x 2 pixels.</summary>
    /// <param name="x">[pictures times height times width, channels].</param>
    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <returns>[pictures times 2 height times 2 width, channels].</returns>
    public abstract Tensor Upsample2d(Tensor x, int height, int width);

    /// <summary>The four pixels of each block of 2 x 2 side by side, line after line: a picture of a quarter of the pixels that loses
    /// nothing.</summary>
    /// <param name="x">[pictures times height times width, channels].</param>
    /// <param name="height">Lines of a picture; even.</param>
    /// <param name="width">Pixels of a line; even.</param>
    /// <returns>[pictures times height / 2 times width / 2, 4 channels].</returns>
    public abstract Tensor SpaceToDepth(Tensor x, int height, int width);

    /// <summary>What <see cref="SpaceToDepth"/> put side by side as pixels again.</summary>
    /// <param name="x">[pictures times height times width, 4 channels].</param>
    /// <param name="height">Lines of a picture as it is given.</param>
    /// <param name="width">Pixels of a line as it is given.</param>
    /// <returns>[pictures times 2 height times 2 width, channels].</returns>
    public abstract Tensor DepthToSpace(Tensor x, int height, int width);

    private protected static Shape CheckHalving(Tensor x, int height, int width, int columns)
    {
        RequirePictures(x, height, width);
        Require(height % 2 == 0 && width % 2 == 0, $"Pictures of {height} x {width} pixels have no whole blocks of 2 x 2.");
        return new Shape(x.Rows / 4, columns);
    }

    private protected static Shape CheckDoubling(Tensor x, int height, int width, int columns)
    {
        RequirePictures(x, height, width);
        Require(columns > 0 && x.Columns % columns == 0, $"x is {x.Shape}: its columns do not make four pixels.");
        return new Shape(checked(4 * x.Rows), columns);
    }

    /// <summary>Each column of x times 1 plus a scale, plus a shift, which are the same for the rows of a run (Perez et al. 2018; Dhariwal
    /// and Nichol 2021, section 3).</summary>
    /// <param name="x">[runs times run, columns].</param>
    /// <param name="scaleAndShift">[runs, 2 columns]: the scales first.</param>
    /// <param name="run">Rows of a run.</param>
    public abstract Tensor Modulate(Tensor x, Tensor scaleAndShift, int run);

    private protected static void CheckModulate(Tensor x, Tensor scaleAndShift, int run) => Require(
        run >= 1 && scaleAndShift.Columns == 2L * x.Columns && x.Rows == (long)run * scaleAndShift.Rows,
        $"x is {x.Shape}, scales and shifts {scaleAndShift.Shape} for {run} rows each: they need twice the columns, and rows must fit.");

    /// <summary>Each column to mean 0 and variance 1 over the rows of the batch, then times gain plus bias (Ioffe and Szegedy 2015); a tape
    /// for inference takes the moving averages of mean and variance instead, which one for training moves on.</summary>
    /// <param name="x">[rows, columns]; in training at least two rows.</param>
    /// <param name="gain">[columns].</param>
    /// <param name="bias">[columns].</param>
    /// <param name="runningMean">[columns], the moving average of the means.</param>
    /// <param name="runningVariance">[columns], that of the variances, which divide by the rows less one.</param>
    /// <param name="momentum">The share of the new value in a moving average.</param>
    /// <param name="epsilon">Added to the variance (which divides by the number of rows).</param>
    public virtual Tensor BatchNorm(
        Tensor x,
        Parameter gain,
        Parameter bias,
        Parameter runningMean,
        Parameter runningVariance,
        float momentum = 0.1f,
        float epsilon = 1e-5f)
    {
        CheckNorm(x, gain, bias);
        CheckNorm(x, runningMean, runningVariance);
        if (Training)
        {
            Require(x.Rows > 1, $"x is {x.Shape}: one row alone has no variance.");
            BatchStatistics.Move(x.Data, x.Rows, runningMean.Update(), runningVariance.Update(), momentum);
            return GroupNorm(x, x.Rows, x.Columns, gain, bias, epsilon);
        }

        Tensor factors = Input(new Shape(1, x.Columns)), shifts = Input(new Shape(1, x.Columns));
        Span<float> factor = factors.Data, shift = shifts.Data;
        for (int i = 0; i < factor.Length; i++)
        {
            factor[i] = gain.Value[i] / MathF.Sqrt(runningVariance.Value[i] + epsilon);
            shift[i] = bias.Value[i] - (runningMean.Value[i] * factor[i]);
        }

        return Add(Multiply(x, factors), shifts);
    }

    private static void RequirePictures(Tensor x, int height, int width) => Require(
        height >= 1 && width >= 1 && x.Rows % ((long)height * width) == 0,
        $"There are {x.Rows} pixels, which do not make whole pictures of {height} x {width}.");
}
