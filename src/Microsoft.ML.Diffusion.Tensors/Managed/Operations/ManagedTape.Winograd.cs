namespace Microsoft.ML.Diffusion.Tensors;

/// <content>Convolutions of 3 x 3 pixels by tiles of 2 x 2, which take 16 multiplications where the sum over nine neighbours takes 36
/// (<see cref="WinogradTransforms"/>).</content>
internal sealed unsafe partial class ManagedTape
{
    /// <summary>Transformed floats of inputs and gradients at a time on the way to a weight's gradient: they stay in the last
    /// cache.</summary>
    private const int TransformedFloats = 1 << 21;

    /// <summary>Whether a convolution is done by tiles: whole tiles, whole vectors of channels.</summary>
    private static bool IsByTiles(in PixelGrid grid, int outputs) =>
        grid.Height % WinogradTransforms.Tile == 0 && grid.Width % WinogradTransforms.Tile == 0 && grid.Channels % Block == 0
        && outputs % Block == 0;

    /// <summary>y (+)= a convolution of padded pictures.</summary>
    private void ConvolveTiles(
        in PixelGrid grid, float* padded, int pixels, Parameter weight, bool reversed, Parameter? bias, float* residual, float* y,
        int outputs, bool accumulate)
    {
        var kernel = new WinogradForward
        {
            Tiles = new WinogradTiles(pixels, grid.Height, grid.Width), Grid = grid, Padded = padded,
            Weight = weight.Packed.GetTiles(Vectors, reversed, Threads), WeightLength = weight.Packed.TileLength(Vectors, reversed),
            Outputs = outputs, Bias = bias is null ? null : bias.ValueBuffer.Pointer, Residual = residual, Y = y, Accumulate = accumulate,
            Group = WinogradForward.GroupOf(grid.Channels, outputs), Vectors = Vectors.Handle,
        };
        Run(ref kernel, (kernel.Tiles.Count + kernel.Group - 1) / kernel.Group, (long)pixels * outputs);
    }

    /// <summary>dw (+)= the gradient of a convolution's weight: some tiles at a time, whose sums go on from those before.</summary>
    private void TilesWeightGradient(in PixelGrid grid, float* padded, int pixels, float* dy, int outputs, float* dw, bool accumulate)
    {
        int inputs = grid.Channels, row = WinogradTransforms.Places * (inputs + outputs);
        var tiles = new WinogradTiles(pixels, grid.Height, grid.Width);
        int room = Math.Min(tiles.Count, Math.Max(WinogradTilesBackward.Group, TransformedFloats / row));
        float* du = Padding(checked((WinogradTransforms.Places * inputs * outputs) + (row * room)));
        float* v = du + ((nint)WinogradTransforms.Places * inputs * outputs), dm = v + ((nint)WinogradTransforms.Places * inputs * room);
        for (int first = 0; first < tiles.Count; first += room)
        {
            int count = Math.Min(room, tiles.Count - first);
            var transform = new WinogradTilesBackward
            {
                Tiles = tiles, Grid = grid, Padded = padded, Dy = dy, Outputs = outputs, First = first, Count = count, V = v, Dm = dm,
                Room = room,
            };
            Run(ref transform, (count + WinogradTilesBackward.Group - 1) / WinogradTilesBackward.Group, (long)count * row);
            var products = new WinogradPlacesBackward
            {
                V = v, Dm = dm, Du = du, Room = room, Count = count, Inputs = inputs, Outputs = outputs, Accumulate = first > 0,
                Vectors = Vectors.Handle,
            };
            Run(ref products, WinogradTransforms.Places, (long)count * row);
        }

        var back = new WinogradWeights
        {
            Weight = dw, Transformed = du, Inputs = inputs, Outputs = outputs, Backward = true, Accumulate = accumulate,
        };
        Run(ref back, inputs, WinogradTransforms.Places * (long)inputs * outputs);
    }
}
