"""The same network of PyTorch's own layers, on the CPU. Its GRU applies the reset gate after the product."""

import torch
from serving import megabytes, read_case, serve


def main():
    case, values = read_case()
    before = megabytes()
    kind, units = case["cell"], case["units"]
    layer = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU}.get(kind, torch.nn.LSTM)
    network = layer(
        case["input"], units, num_layers=2 if kind == "lstm2" else 1, batch_first=True, bidirectional=kind == "bilstm"
    )
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)

    def loss_of():
        return network(torch.from_numpy(values))[0].square().mean()

    def forward():
        with torch.no_grad():
            return loss_of().item()

    def train():
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss.item()

    serve(forward, train, before)


main()
