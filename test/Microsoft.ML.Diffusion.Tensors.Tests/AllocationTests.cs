namespace Microsoft.ML.Diffusion.Tensors.Tests;

public class AllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_warm_training_step_allocates_nothing(int threads)
    {
        using var engine = new ManagedEngine(new ManagedEngineOptions { Threads = threads });
        using Tape tape = engine.CreateTape(training: true);
        var network = new Network();
        Optimizer adam = engine.CreateAdam(network.Parameters(), new AdamOptions { MaxGradientNorm = 1 });
        ExponentialMovingAverage average = engine.CreateAverage(network.Parameters(), 0.99);
        Network.Batch batch = Network.MakeBatch(256);
        long allocated = Allocations.OfWarm(() =>
        {
            network.Step(tape, adam, batch);
            average.Update();
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Warm_scoring_of_one_row_allocates_nothing()
    {
        using var engine = new ManagedEngine();
        using Tape tape = engine.CreateTape(training: false);
        var network = new Network();
        Network.Batch batch = Network.MakeBatch(1);
        long allocated = Allocations.OfWarm(() =>
        {
            tape.Reset();
            Tensor x = tape.Input(new Shape(1, Network.Inputs));
            batch.X.CopyTo(x.Data);
            network.Forward(tape, x, batch.Codes, batch.Times);
        });
        Assert.Equal(0, allocated);
    }
}
