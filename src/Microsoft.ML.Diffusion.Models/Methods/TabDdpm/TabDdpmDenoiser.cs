using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>TabDDPM's network (Kotelnikov et al. 2023, section 3 and equation 9): blocks of Linear, ReLU and dropout over the projected row
/// plus the embeddings of the noise level and the class. Predicts the noise of every number and logits of every category.</summary>
/// <remarks>Categories enter as one-hots; the published code feeds their logarithms, which the first layer cannot tell apart from
/// them but for a factor.</remarks>
internal sealed class TabDdpmDenoiser : Module
{
    /// <summary>The size of every embedding (the published code's).</summary>
    private const int EmbeddingWidth = 128;

    private readonly TimestepEmbedding _time;
    private readonly Embedding? _classes;
    private readonly Linear _projection;
    private readonly Linear[] _layers;
    private readonly Linear _last;
    private readonly float _dropout;

    /// <param name="slots">One per number, one per category.</param>
    /// <param name="classes">The number of classes; 0 for none.</param>
    /// <param name="widths">The width of each block.</param>
    /// <param name="dropout">The probability of dropping a hidden element while training.</param>
    /// <param name="random">Where the first weights come from.</param>
    public TabDdpmDenoiser(int slots, int classes, int[] widths, float dropout, Philox random)
    {
        _dropout = dropout;
        _time = AddModule("time", new TimestepEmbedding(EmbeddingWidth, EmbeddingWidth, random.Fork(0)));
        _classes = classes > 0 ? AddModule("classes", new Embedding(classes, EmbeddingWidth, random.Fork(1))) : null;
        _projection = AddModule("projection", new Linear(slots, EmbeddingWidth, random.Fork(2)));
        _layers = new Linear[widths.Length];
        for (int i = 0; i < widths.Length; i++)
        {
            int inputs = i == 0 ? EmbeddingWidth : widths[i - 1];
            _layers[i] = AddModule($"layers.{i}", new Linear(inputs, widths[i], random.Fork((ulong)(4 + i)), Activation.ReLU));
        }
        _last = AddModule("last", new Linear(widths.Length == 0 ? EmbeddingWidth : widths[^1], slots, random.Fork(3)));
    }

    /// <summary>The parameters that a training under a privacy budget changes: all but the embedding of the noise level, which knows
    /// nothing of rows and stays as it was drawn.</summary>
    public IReadOnlyList<Parameter> PrivateParameters() => [.. Parameters().Except(_time.Parameters())];

    /// <summary>Lets the network answer the same whatever it is given.</summary>
    /// <param name="answer">One number a slot.</param>
    public void AnswerAlways(ReadOnlySpan<float> answer)
    {
        _last.Zero();
        answer.CopyTo(_last.Bias!.Update());
    }

    /// <summary>Predicts.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="state">[rows, slots]: x_t, categories as one-hots.</param>
    /// <param name="levels">t of each row.</param>
    /// <param name="classes">The class of each row; empty where there are none.</param>
    /// <param name="random">This step's random stream, for dropout.</param>
    /// <param name="firstRow">Which row of the step's is the first.</param>
    /// <param name="probes">Learn each row's share of the gradient; null for nobody.</param>
    /// <returns>[rows, slots].</returns>
    public Tensor Forward(
        Tape tape, Tensor state, ReadOnlySpan<float> levels, ReadOnlySpan<int> classes, Philox random = default, int firstRow = 0,
        GradientProbes? probes = null)
    {
        Tensor embedding = _time.Forward(tape, levels);
        if (_classes is not null)
        {
            Tensor drawn = _classes.Forward(tape, classes);
            embedding = tape.Add(embedding, tape.Apply(probes?.On(tape, drawn) ?? drawn, Activation.SiLU));
        }
        Tensor x = _projection.Forward(tape, state, addend: probes?.Of(tape, state, embedding) ?? embedding);
        for (int i = 0; i < _layers.Length; i++)
        {
            Tensor y = _layers[i].Forward(tape, x, addend: probes?.Of(tape, x, _layers[i].Bias!.Shape.Count));
            x = tape.Dropout(y, _dropout, random.Fork((ulong)i), (ulong)firstRow * (ulong)y.Columns);
        }

        return _last.Forward(tape, x, addend: probes?.Of(tape, x, state.Columns));
    }
}
