using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>Tells the class of a noisy row, for classifier guidance (Dhariwal and Nichol 2021, section 4).</summary>
internal sealed class NoisyClassifier : Module
{
    private readonly TimestepEmbedding _time;
    private readonly Linear _first;
    private readonly ResidualBlock _block;
    private readonly Linear _last;

    /// <param name="slots">The numbers of a row.</param>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <param name="width">Hidden columns.</param>
    /// <param name="random">Where the first weights come from.</param>
    public NoisyClassifier(int slots, int classes, int width, Philox random)
    {
        Groups = new ColumnGroups((0, classes));
        _time = AddModule("time", new TimestepEmbedding(64, width, random.Fork(0)));
        _first = AddModule("first", new Linear(slots, width, random.Fork(1), Activation.SiLU));
        _block = AddModule("block", new ResidualBlock(width, width, random.Fork(2), conditionColumns: width));
        _last = AddModule("last", new Linear(width, classes, random.Fork(3)).Zero());
    }

    /// <summary>The classes as a group of columns.</summary>
    public ColumnGroups Groups { get; }

    /// <summary>Predicts.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="state">[rows, slots]: x_t.</param>
    /// <param name="levels">t of each row.</param>
    /// <returns>[rows, classes]: logits.</returns>
    public Tensor Forward(Tape tape, Tensor state, ReadOnlySpan<float> levels)
    {
        Tensor time = _time.Forward(tape, levels);
        return _last.Forward(tape, _block.Forward(tape, _first.Forward(tape, state, addend: time), time));
    }

    /// <summary>The sum over rows of minus log p(class | x_t).</summary>
    /// <param name="tape">The step.</param>
    /// <param name="state">[rows, slots].</param>
    /// <param name="levels">t of each row.</param>
    /// <param name="classes">The class of each row.</param>
    public Tensor CrossEntropy(Tape tape, Tensor state, ReadOnlySpan<float> levels, ReadOnlySpan<int> classes)
    {
        Tensor logits = Forward(tape, state, levels), target = tape.Input(logits.Shape);
        target.Data.Clear();
        for (int row = 0; row < classes.Length; row++)
            target.Data[row * target.Columns + classes[row]] = 1;
        return tape.MaskedCrossEntropy(logits, Groups, target, mask: null, LossReduction.Sum);
    }
}
