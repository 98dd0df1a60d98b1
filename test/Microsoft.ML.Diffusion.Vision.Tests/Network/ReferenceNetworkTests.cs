using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Testing;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Tests.Network;

/// <summary>The network gives what the published code gives, to 1e-4.</summary>
public class ReferenceNetworkTests
{
    [RealDataFact(ReferenceNetwork.File)]
    public void Every_block_of_the_decoder_and_the_answer_are_those_of_the_reference()
    {
        IReadOnlyDictionary<string, NamedTensor> tensors = ReferenceNetwork.Read();
        DenoisingUNet network = ReferenceNetwork.Network(tensors);
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: false);
        float[] pictures = ReferenceNetwork.Pixels(tensors["x0"]), noise = ReferenceNetwork.Pixels(tensors["noise"]);
        foreach (int step in new[] { 50, 150, 250 })
        {
            tape.Reset();
            Tensor input = tape.Input(new Shape(2 * 16 * 16, 3));
            for (int i = 0; i < 2; i++)
            {
                DiffusionFeatures.AddNoise(
                    pictures.AsSpan(i * noise.Length, noise.Length), noise, step, input.Data.Slice(i * noise.Length, noise.Length));
            }

            ReferenceNetwork.AssertClose(ReferenceNetwork.Pixels(tensors[$"t{step}/xt"]), input.Data, 1e-5f);
            ReferenceNetwork.AssertClose(ReferenceNetwork.Pixels(tensors[$"t{step}/out"]), network.Forward(tape, input, [step, step]).Data);
            var blocks = new List<FeatureMap>();
            network.Decode(tape, input, [step, step], 3, blocks);
            for (int i = 0; i < 4; i++)
                ReferenceNetwork.AssertClose(ReferenceNetwork.Pixels(tensors[$"t{step}/block{i}"]), blocks[i].Values.Data);
        }
    }

    [RealDataFact(ReferenceNetwork.File)]
    public void Features_of_a_picture_are_those_of_the_reference()
    {
        IReadOnlyDictionary<string, NamedTensor> tensors = ReferenceNetwork.Read();
        var features = new DiffusionFeatures(
            ReferenceNetwork.Network(tensors), [50, 150, 250], [1, 3], ReferenceNetwork.Pixels(tensors["noise"]));
        float[] pixels = [.. ReferenceNetwork.Pixels(tensors["x0"]).Take(16 * 16 * 3).Select(value => (value + 1) / 2)];
        Assert.Equal(288, features.Count);
        float[] actual = new float[16 * 16 * features.Count];
        features.Compute(new Picture(16, 16, 3, pixels), actual);
        ReferenceNetwork.AssertClose(ReferenceNetwork.Pixels(tensors["features"]), actual);
    }

    [RealDataFact(ReferenceNetwork.File)]
    public void Levels_of_noise_are_those_of_the_reference()
    {
        float[] alphaBar = ReferenceNetwork.Read()["alphaBar"].ToSingles();
        for (int step = 0; step < alphaBar.Length; step++)
            Assert.Equal(alphaBar[step], PictureDiffusionSettings.Schedule.AlphaBar(step + 1), 1e-6);
    }

    [RealDataFact(ReferenceNetwork.File)]
    public void Votes_and_disagreement_are_those_of_the_reference()
    {
        IReadOnlyDictionary<string, NamedTensor> tensors = ReferenceNetwork.Read();
        float[] logits = tensors["logits"].ToSingles(), votes = tensors["vote"].ToSingles();
        float[] means = tensors["meanProbability"].ToSingles(), disagreements = tensors["js"].ToSingles();
        float[] members = new float[5 * 3], mean = new float[3], shares = new float[3];
        for (int pixel = 0; pixel < 8; pixel++)
        {
            for (int member = 0; member < 5; member++)
            {
                logits.AsSpan(((member * 8) + pixel) * 3, 3).CopyTo(members.AsSpan(member * 3));
                MemberVotes.Softmax(members.AsSpan(member * 3, 3));
            }

            MemberVotes.Mean(members, mean);
            MemberVotes.Shares(members, shares);
            Assert.Equal((int)votes[pixel], MemberVotes.Largest(shares));
            ReferenceNetwork.AssertClose(means.AsSpan(pixel * 3, 3), mean);
            Assert.Equal(disagreements[pixel], MemberVotes.Disagreement(members, mean), 1e-4f);
        }
    }

    [RealDataFact(ReferenceNetwork.File)]
    public void A_pixel_classifier_gives_what_the_reference_gives_in_training_and_afterwards()
    {
        IReadOnlyDictionary<string, NamedTensor> tensors = ReferenceNetwork.Read();
        var network = new PixelMlp(12, 8, 4, 3, default);
        foreach ((string path, Parameter parameter) in network.NamedParameters())
        {
            // The moving averages of the file are those after the batch, and begin at 0 and 1.
            if (path.Contains("running", StringComparison.Ordinal))
                continue;
            float[] values = tensors["mlp/" + path].ToSingles();
            int inputs = parameter.Shape.Rows, outputs = parameter.Shape.Columns;
            Span<float> target = parameter.Update();
            for (int i = 0; i < values.Length; i++)
                target[(i % inputs * outputs) + (i / inputs)] = values[i];
        }

        using var engine = new ManagedEngine(1);
        foreach (bool training in new[] { true, false })
        {
            using Tape tape = engine.CreateTape(training);
            Tensor x = tape.Input(new Shape(64, 12));
            tensors["mlp/x"].ToSingles().CopyTo(x.Data);
            ReferenceNetwork.AssertClose(
                tensors[training ? "mlp/trainOutput" : "mlp/evalOutput"].ToSingles(), network.Forward(tape, x).Data);
        }

        foreach ((string path, Parameter parameter) in network.NamedParameters()
            .Where(p => p.Path.Contains("running", StringComparison.Ordinal)))
            ReferenceNetwork.AssertClose(tensors["mlp/" + path].ToSingles(), parameter.Value);
    }
}
