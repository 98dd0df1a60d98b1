namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class StateDictionaryTests
{
    [Fact]
    public void A_saved_network_gives_the_same_answers_when_loaded()
    {
        var network = new Network();
        var other = new Network();
        foreach (Parameter parameter in other.Parameters())
            Initializer.Constant(parameter, 0.5f);
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: false);
        float[] before = other.Predict(tape, 0, 5);
        other.LoadState(StateDictionary.Load(Reader(Saved(network))));
        Assert.NotEqual(before, other.Predict(tape, 0, 5));
        Assert.Equal(network.Predict(tape, 0, 5), other.Predict(tape, 0, 5));
        Assert.Contains("block.first.weight", network.SaveState().Names, StringComparer.Ordinal);
        Assert.Equal(network.Parameters().Sum(p => p.Shape.Count), network.ParameterCount());
    }

    [Fact]
    public void Data_cut_short_anywhere_are_refused_in_a_sentence()
    {
        byte[] saved = Saved(new Linear(2, 3, new Philox(1)));
        for (int length = 0; length < saved.Length; length++)
        {
            byte[] part = saved[..length];
            Assert.Throws<InvalidDataException>(() => StateDictionary.Load(Reader(part)));
        }
    }

    [Fact]
    public void A_newer_version_is_refused()
    {
        byte[] saved = Saved(new Linear(2, 3, new Philox(1)));
        saved[4] = 99;
        Assert.Contains("version 99", Assert.Throws<InvalidDataException>(() => StateDictionary.Load(Reader(saved))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_of_another_network_is_refused_with_the_name_of_what_differs()
    {
        StateDictionary state = new Linear(2, 3, new Philox(1)).SaveState();
        string Refusal(Module module) => Assert.Throws<InvalidDataException>(() => module.LoadState(state)).Message;
        Assert.Contains("'weight' is 2x3", Refusal(new Linear(3, 3, new Philox(1))), StringComparison.Ordinal);
        Assert.Contains("'bias'", Refusal(new Linear(2, 3, new Philox(1), bias: false)), StringComparison.Ordinal);
        Assert.Contains("no parameter 'embedding.weight'", Refusal(new Network()), StringComparison.Ordinal);
    }

    private static byte[] Saved(Module module)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            module.SaveState().Save(writer);
        return stream.ToArray();
    }

    private static BinaryReader Reader(byte[] data) => new(new MemoryStream(data));
}
