using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

// The layer, not the folder of the method that draws lines.
using Linear = Microsoft.ML.Diffusion.Tensors.Linear;

/// <summary>The encoder and the decoder of GP-VAE.</summary>
internal sealed class GpVaeNetwork : Module
{
    private readonly int _window;
    private readonly int _steps;
    private readonly int _variables;
    private readonly Linear[] _encoder;
    private readonly Linear[] _decoder;
    private readonly PictureConvolution? _picture;

    public GpVaeNetwork(int variables, GpVaeSettings settings, Philox random)
    {
        (_window, _steps, _variables) = (settings.Window, settings.Steps, variables);
        Latents = settings.Latents;
        int[] sizes = [variables * settings.Window, .. settings.Encoder, 3 * settings.Latents];
        if (settings.PictureWidth > 0)
        {
            _picture = AddModule(
                "picture", new PictureConvolution(settings.PictureWidth, variables, settings.PictureFilters, random.Fork(2)));
        }
        _encoder = Layers("encoder", sizes, random.Fork(0), isFirstLinear: true);
        _decoder = Layers("decoder", [settings.Latents, .. settings.Decoder, variables], random.Fork(1), isFirstLinear: false);
    }

    /// <summary>The number of latents.</summary>
    public int Latents { get; }

    /// <summary>The parameters of the posterior.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[series times steps, variables], zero where missing.</param>
    /// <returns>[series times steps, 3 latents]: the means, then what becomes the precision.</returns>
    public Tensor Encode(Tape tape, Tensor x)
    {
        if (_picture is not null)
            x = _picture.Forward(tape, x);
        // An even window has one step more after than before: the odd window that is one step wider, without its first step.
        Tensor seen = _window % 2 == 1
            ? tape.Unfold(x, _steps, _window)
            : tape.Slice(tape.Unfold(x, _steps, _window + 1), _variables, _window * _variables);
        return Run(tape, _encoder, seen);
    }

    /// <summary>What the values are expected to be, given the latents of each step; logits where they are 0 or 1.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="z">[series times steps, latents].</param>
    /// <returns>[series times steps, variables].</returns>
    public Tensor Decode(Tape tape, Tensor z) => Run(tape, _decoder, z);

    private static Tensor Run(Tape tape, Linear[] layers, Tensor x)
    {
        foreach (Linear layer in layers)
            x = layer.Forward(tape, x);
        return x;
    }

    private Linear[] Layers(string name, int[] sizes, Philox random, bool isFirstLinear)
    {
        var layers = new Linear[sizes.Length - 1];
        for (int i = 0; i < layers.Length; i++)
        {
            bool isLinear = i == layers.Length - 1 || (i == 0 && isFirstLinear);
            Activation activation = isLinear ? Activation.None : Activation.ReLU;
            Philox own = random.Fork((ulong)i);
            layers[i] = AddModule($"{name}.{i}", new Linear(sizes[i], sizes[i + 1], own, activation));
            Start(layers[i].Weight, layers[i].Bias!, sizes[i], (i == 0 && isFirstLinear ? _window : 1) * sizes[i + 1], own);
        }
        return layers;
    }

    /// <summary>Gives a layer the first weights of the authors' program: those of Glorot and Bengio (2010), and no bias.</summary>
    /// <param name="weight">The weight of the layer.</param>
    /// <param name="bias">Its bias.</param>
    /// <param name="inputs">The numbers that each output depends on.</param>
    /// <param name="outputs">The numbers that each input acts on: in a convolution, those of all steps or pixels that see it.</param>
    /// <param name="random">Where the weights come from.</param>
    public static void Start(Parameter weight, Parameter bias, int inputs, int outputs, Philox random)
    {
        Initializer.Uniform(weight, MathF.Sqrt(6f / (inputs + outputs)), random);
        Initializer.Constant(bias, 0);
    }
}
